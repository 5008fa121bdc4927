// Tasks as this page knows them, and everything that people do to them.
//
// A write shows at once and is taken back when it is refused. Without a connection it is kept and sent later. Every write
// is one traced act, and can be undone by the token of its answer.

import * as outbox from '../net/outbox.js';
import { Left, Problem, call } from '../net/http.js';
import { Action, randomID } from '../net/trace.js';
import { drop, fetchTask, guess, known, onTask, take, tell } from './known.js';
import { outcome, undos } from './outcome.js';
import { inTurn } from './turns.js';
import { showWaiting, wait } from './waiting.js';

export { fetchTask, known, onTask, outcome, showWaiting };

/** @typedef {import('./known.js').TodoTask} TodoTask */
/** @typedef {import('./known.js').TaskChange} TaskChange */
/** @typedef {import('./outcome.js').Outcome} Outcome */

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
 * @param {Act} asked
 * @returns {Promise<any>} what the API answered; undefined when it waits
 */
export async function perform(asked) {
    const act = outbox.named(asked) ?? asked;
    const action = new Action(act.name);
    const key = randomID();
    if (act.before && act.guess) guess(act.before, act.guess);
    try {
        if (!act.mustAnswer && outbox.isAhead(act)) {
            action.end();
            return wait(act, key);
        }
        const answer = await inTurn(act.before?.id, () => call(act.method, act.path, { body: act.body, ifMatch: act.ifMatch, key, action }));
        action.end();
        take(answer.data);
        const undo = answer.headers.get('undo-token') ?? answer.data?.undoToken ?? undefined;
        // Going back is no step of the way back: the next one goes back further.
        if (undo && act.name !== 'task.undo') undos.push(undo);
        if (!act.isQuiet) outcome.value = { text: act.done, undo, action };
        return answer.data === '' ? { isDone: true } : answer.data;
    } catch (error) {
        action.end('error');
        // Nobody is there any more to be told.
        if (error instanceof Left) throw error;
        if (outbox.mayWait(error) && !act.mustAnswer) return wait(act, key);
        if (act.before && (known.get(act.before.id)?.version ?? 0) <= act.before.version) guess(act.before, {});
        if (!act.seesConflicts || !isConflict(error)) {
            outcome.value = { text: error instanceof Error ? error.message : 'That did not work.', action, error };
        }
        throw error;
    }
}

/** Whether somebody else changed the task meanwhile. @param {unknown} error */
export const isConflict = (error) => error instanceof Problem && error.status === 412;

/** @param {string} [asked] a token; the newest when none is named @param {boolean} [force] */
export async function undo(asked, force = false) {
    const token = asked ?? undos.at(-1);
    if (!token) {
        outcome.value = { text: 'There is nothing to undo.' };
        return;
    }
    const place = undos.indexOf(token);
    if (place >= 0) undos.splice(place, 1);
    try {
        await perform({ name: 'task.undo', done: 'Undone', method: 'POST', path: '/undo', body: { token, force }, mustAnswer: true });
    } catch (error) {
        if (place >= 0 && outbox.mayWait(error)) undos.push(token);
        throw error;
    }
    tell({ kind: 'many', id: '' });
    for (const older of together.get(token) ?? []) await undo(older, force);
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

/** Tokens of one act, the newest first, by the newest of all. @type {Map<string, string[]>} */
const together = new Map();

/**
 * The same to several tasks: one request for each 200.
 * @param {any[]} items @param {string} done
 */
export async function bulk(items, done) {
    const isOne = items.length <= 200;
    /** The newest first. @type {any[]} */
    const answers = [];
    const tokens = () => answers.map((answer) => answer?.undoToken).filter(Boolean);
    try {
        for (let from = 0; from < items.length; from += 200) {
            const body = { items: items.slice(from, from + 200) };
            answers.unshift(await perform({ name: 'task.bulk', done, method: 'POST', path: '/tasks/bulk', body, isQuiet: !isOne }));
        }
    } finally {
        // However many requests it took, it was one act to whoever takes it back.
        const [newest, ...older] = tokens();
        for (const token of older) if (undos.includes(token)) undos.splice(undos.indexOf(token), 1);
        if (older.length > 0) together.set(newest, older);
        tell({ kind: 'many', id: '' });
    }
    const refused = answers.flatMap((answer) => answer?.items ?? []).filter((item) => item.status >= 400).length;
    if (refused > 0) outcome.value = { text: `${refused} of ${items.length} could not be changed.`, undo: tokens()[0] };
    else if (!isOne && !answers.includes(undefined)) outcome.value = { text: done, undo: tokens()[0] };
}
