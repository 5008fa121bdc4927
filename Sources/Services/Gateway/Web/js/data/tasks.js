// Tasks as this page knows them, and everything that people do to them.
//
// A write shows at once and is taken back when it is refused. Without a connection it is kept and sent later. Every write
// is one traced act, and can be undone by the token of its answer.

import { Store } from '../lib/store.js';
import * as outbox from '../net/outbox.js';
import { Problem, call } from '../net/http.js';
import { Action, randomID } from '../net/trace.js';
import { inTurn } from './turns.js';

/**
 * @typedef {object} TodoTask
 * @property {string} id
 * @property {string} title
 * @property {'open' | 'completed'} status
 * @property {string} priority
 * @property {string[]} tags
 * @property {string} [description]
 * @property {string} [list]
 * @property {string} [parentId]
 * @property {string} position
 * @property {import('../lib/time.js').DueTime} [due]
 * @property {import('../lib/time.js').DueTime} [start]
 * @property {{total: number, completed: number}} [subtasks]
 * @property {any[]} [reminders]
 * @property {any} [recurrence]
 * @property {number} version
 * @property {string} createdAt
 * @property {string} updatedAt
 * @property {string} [completedAt]
 * @property {string} [deletedAt]
 * @property {boolean} [isWaiting] not sent yet
 */

/** @type {Map<string, TodoTask>} */
export const known = new Map();

/** @typedef {{task?: TodoTask, id: string, kind: 'put' | 'gone' | 'many'}} TaskChange */

/** @type {Set<(change: TaskChange) => void>} */
const listeners = new Set();

/** @param {(change: TaskChange) => void} listener @returns {() => void} */
export function onTask(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

/** @param {TaskChange} change */
function tell(change) {
    for (const listener of [...listeners]) listener(change);
}

/** Takes in a task; older versions than ours are late news. @param {TodoTask} task @param {boolean} [isQuiet] */
export function put(task, isQuiet = false) {
    const old = known.get(task.id);
    if (old && old.version > task.version) return;
    known.set(task.id, task);
    if (!isQuiet) tell({ kind: 'put', id: task.id, task });
}

/** @param {string} id */
export function drop(id) {
    known.delete(id);
    tell({ kind: 'gone', id });
}

/** What just happened, for the note at the bottom. @typedef {{text: string, undo?: string, action?: Action, error?: any}} Outcome */

/** @type {Store<Outcome | null>} */
export const outcome = new Store(/** @type {any} */ (null));

/**
 * @typedef {object} Act
 * @property {string} name of the span
 * @property {string} done what people are told
 * @property {string} method
 * @property {string} path
 * @property {any} [body]
 * @property {string} [ifMatch]
 * @property {TodoTask} [before] the task that is changed
 * @property {Partial<TodoTask>} [guess] what it will be
 * @property {boolean} [isQuiet] whether nobody need be told when it went well
 * @property {boolean} [mustAnswer] whether it is of no use later
 * @property {boolean} [seesConflicts] whether the caller deals with a task that others changed meanwhile
 */

/**
 * Does one thing.
 * @param {Act} act
 * @returns {Promise<any>} what the API answered; undefined when it waits
 */
export async function perform(act) {
    const action = new Action(act.name);
    const key = randomID();
    if (act.before && act.guess) tell({ kind: 'put', id: act.before.id, task: guessed(act.before, act.guess) });
    try {
        const answer = await inTurn(act.before?.id, () => call(act.method, act.path, { body: act.body, ifMatch: act.ifMatch, key, action }));
        action.end();
        take(answer.data);
        const undo = answer.headers.get('undo-token') ?? answer.data?.undoToken ?? undefined;
        if (undo) undos.push(undo);
        if (!act.isQuiet) outcome.value = { text: act.done, undo, action };
        return answer.data === '' ? { isDone: true } : answer.data;
    } catch (error) {
        action.end('error');
        if (outbox.mayWait(error) && !act.mustAnswer) return wait(act, key);
        if (act.before && (known.get(act.before.id)?.version ?? 0) <= act.before.version) {
            known.set(act.before.id, act.before);
            tell({ kind: 'put', id: act.before.id, task: act.before });
        }
        if (!act.seesConflicts || !isConflict(error)) {
            outcome.value = { text: error instanceof Error ? error.message : 'That did not work.', action, error };
        }
        throw error;
    }
}

/** Whether somebody else changed the task meanwhile. @param {unknown} error */
export const isConflict = (error) => error instanceof Problem && error.status === 412;

/** @param {TodoTask} task @param {Partial<TodoTask>} guess @returns {TodoTask} */
function guessed(task, guess) {
    const made = { ...task, ...guess };
    known.set(task.id, made);
    return made;
}

/** @param {Act} act @param {string} key */
function wait(act, key) {
    outbox.keep({
        key, name: act.name, method: act.method, path: act.path, body: act.body, label: act.done, taskID: act.before?.id,
    });
    if (act.name === 'task.create') put(waitingTask(key, act.body));
    else if (act.before) guessed(act.before, { isWaiting: true });
    outcome.value = { text: `${act.done}. It is sent when the connection is back.` };
    return undefined;
}

/** @param {string} key @param {any} body @returns {TodoTask} */
function waitingTask(key, body) {
    const now = new Date().toISOString();
    return {
        priority: 'none', tags: [], ...body, id: `waiting-${key}`, status: 'open', position: '~', version: 0,
        createdAt: now, updatedAt: now, isWaiting: true,
    };
}

outbox.onSent((item, answer) => {
    if (item.name === 'task.create') drop(`waiting-${item.key}`);
    if (answer instanceof Problem) {
        outcome.value = { text: `${item.label}: ${answer.message}`, error: answer };
        if (item.taskID) void fetchTask(item.taskID);
    } else {
        const undo = answer.headers.get('undo-token');
        if (undo) undos.push(undo);
        if (item.taskID && known.has(item.taskID)) known.set(item.taskID, { .../** @type {any} */ (known.get(item.taskID)), isWaiting: false });
        take(answer.data);
    }
});

/** After a reload: what waits is shown again. */
export function showWaiting() {
    for (const item of outbox.waiting.value) if (item.name === 'task.create') put(waitingTask(item.key, item.body));
}

/** Takes tasks out of an answer, whatever its shape. @param {any} data */
function take(data) {
    if (!data || typeof data !== 'object') return;
    if (data.id && data.title !== undefined && data.status) put(data);
    if (!Array.isArray(data.items)) return;
    const tasks = data.items.map((/** @type {any} */ item) => item?.task ?? item).filter((/** @type {any} */ task) => task?.title !== undefined);
    for (const task of tasks) put(task, tasks.length > 20);
    if (tasks.length > 20) tell({ kind: 'many', id: '' });
}

/** Wherever it is, the trash included; null when it is gone, nothing when it could not be read. @param {string} id @returns {Promise<TodoTask | null | undefined>} */
export async function fetchTask(id) {
    for (const place of ['tasks', 'trash']) {
        try {
            const { data } = await call('GET', `/${place}/${id}`);
            put(data);
            return data;
        } catch (error) {
            if (error instanceof Problem && error.status === 404) continue;
            if (!(error instanceof Error) || !('isShown' in error)) throw error;
            return undefined;
        }
    }
    drop(id);
    return null;
}

/** @type {string[]} */
const undos = [];

/** @param {string} [token] the newest when none is named @param {boolean} [force] */
export async function undo(token = undos.pop(), force = false) {
    if (!token) {
        outcome.value = { text: 'There is nothing to undo.' };
        return;
    }
    const place = undos.indexOf(token);
    if (place >= 0) undos.splice(place, 1);
    await perform({ name: 'task.undo', done: 'Undone', method: 'POST', path: '/undo', body: { token, force }, mustAnswer: true });
    tell({ kind: 'many', id: '' });
}

/** @param {any} body */
export const create = (body) => perform({ name: 'task.create', done: 'Task added', method: 'POST', path: '/tasks', body });

/** @param {TodoTask} task @param {any} patch @param {{isQuiet?: boolean, done?: string, name?: string, ifMatch?: boolean, seesConflicts?: boolean, scope?: string}} [options] */
export const change = (task, patch, options = {}) => perform({
    name: options.name ?? 'task.update', done: options.done ?? 'Saved', method: 'PATCH',
    path: `/tasks/${task.id}${options.scope ? `?scope=${options.scope}` : ''}`, body: patch, before: task,
    guess: plain(patch), isQuiet: options.isQuiet, ifMatch: options.ifMatch ? `"${task.version}"` : undefined,
    seesConflicts: options.seesConflicts,
});

/** Null members of a merge patch are gone. @param {any} patch */
function plain(patch) {
    return Object.fromEntries(Object.entries(patch).map(([name, value]) => [name, value ?? undefined]));
}

/** @param {TodoTask} task @param {'complete' | 'leave' | 'refuse'} [children] */
export const complete = (task, children = 'complete') => perform({
    name: 'task.complete', done: task.recurrence ? 'Done. The next one is on its way' : 'Task completed', method: 'POST',
    path: `/tasks/${task.id}/complete?children=${children}`, before: task,
    guess: { status: 'completed', completedAt: new Date().toISOString() },
});

/** @param {TodoTask} task */
export const reopen = (task) => perform({
    name: 'task.reopen', done: 'Task reopened', method: 'POST', path: `/tasks/${task.id}/reopen`, before: task,
    guess: { status: 'open', completedAt: undefined },
});

/** @param {TodoTask} task */
export const toggle = (task) => (task.status === 'open' ? complete(task) : reopen(task));

/** @param {TodoTask} task @param {string} [scope] */
export const remove = (task, scope) => perform({
    name: 'task.delete', done: 'Moved to the trash', method: 'DELETE', path: `/tasks/${task.id}${scope ? `?scope=${scope}` : ''}`,
    before: task, guess: { deletedAt: new Date().toISOString() },
});

/** @param {TodoTask} task */
export const restore = (task) => perform({
    name: 'task.restore', done: 'Task restored', method: 'POST', path: `/tasks/${task.id}/restore`, before: task,
    guess: { deletedAt: undefined },
});

/** @param {TodoTask} task */
export async function purge(task) {
    await perform({ name: 'task.purge', done: 'Deleted for good', method: 'DELETE', path: `/trash/${task.id}`, mustAnswer: true });
    drop(task.id);
}

/** @param {TodoTask} task @param {{before?: string, after?: string, parentId?: string | null, list?: string | null}} place @param {string} [done] */
export const move = (task, place, done = 'Moved') => perform({
    name: 'task.move', done, method: 'POST', path: `/tasks/${task.id}/move`, body: place, before: task,
    guess: 'list' in place ? { list: place.list ?? undefined } : undefined,
});

/** @param {TodoTask} task @param {any} body `until` or `for` */
export const snooze = (task, body) => perform({
    name: 'task.snooze', done: 'Reminders snoozed', method: 'POST', path: `/tasks/${task.id}/snooze`, body,
});

/**
 * The same to several tasks: one request for each 200.
 * @param {any[]} items @param {string} done
 */
export async function bulk(items, done) {
    let refused = 0;
    for (let from = 0; from < items.length; from += 200) {
        const part = items.slice(from, from + 200);
        const answer = await perform({
            name: 'task.bulk', done, method: 'POST', path: '/tasks/bulk', body: { items: part }, isQuiet: items.length > 200,
        });
        refused += (answer?.items ?? []).filter((/** @type {any} */ item) => item.status >= 400).length;
    }
    tell({ kind: 'many', id: '' });
    if (refused > 0) outcome.value = { text: `${refused} of ${items.length} could not be changed.` };
}
