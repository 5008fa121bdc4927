// Tasks as this page knows them. What waits to be sent is seen on top of whatever the service says meanwhile.

import * as outbox from '../net/outbox.js';
import { Problem, call } from '../net/http.js';

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
 * @property {number} version 0 for one that the service does not have yet
 * @property {string} createdAt
 * @property {string} updatedAt
 * @property {string} [completedAt]
 * @property {string} [deletedAt]
 * @property {boolean} [isWaiting] whether something of it is not sent yet
 */

/** @type {Map<string, TodoTask>} */
export const known = new Map();

/** What is new: of one task, or of many at once. @typedef {{task?: TodoTask, id: string, kind: 'put' | 'gone' | 'many', source?: unknown}} TaskChange `source` knows it already */

/** @type {Set<(change: TaskChange) => void>} */
const listeners = new Set();

/** @param {(change: TaskChange) => void} listener @returns {() => void} */
export function onTask(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

/** @param {TaskChange} change */
export function tell(change) {
    for (const listener of [...listeners]) {
        try {
            listener(change);
        } catch (error) {
            // Whoever cannot show it keeps neither the others from hearing of it nor the write from being sent.
            reportError(error);
        }
    }
}

/** Takes in a task; older versions than ours are late news. @param {TodoTask} task @param {boolean} [isQuiet] */
export function put(task, isQuiet = false) {
    const old = known.get(task.id);
    if (old && old.version > task.version) return;
    const now = withWaiting(task);
    known.set(task.id, now);
    if (!isQuiet) tell({ kind: 'put', id: task.id, task: now });
}

/** @param {TodoTask} task @returns {TodoTask} */
function withWaiting(task) {
    const items = outbox.waitingFor(task.id);
    if (items.length === 0) return task;
    const parts = items.flatMap((item) => Object.entries(item.guess ?? {})).map(([name, value]) => [name, value ?? undefined]);
    return { ...task, ...Object.fromEntries(parts), isWaiting: true };
}

/** What somebody just did, until the service says what became of it. @param {TodoTask} task @param {Partial<TodoTask>} guess */
export function guess(task, guess) {
    const made = { ...task, ...guess };
    known.set(task.id, made);
    tell({ kind: 'put', id: task.id, task: made });
}

/** @param {string} id */
export function drop(id) {
    known.delete(id);
    tell({ kind: 'gone', id });
}

/** Takes tasks out of an answer, whatever its shape. @param {any} data */
export function take(data) {
    if (!data || typeof data !== 'object') return;
    if (data.id && data.title !== undefined && data.status) put(data);
    if (!Array.isArray(data.items)) return;
    const tasks = data.items.map((/** @type {any} */ item) => item?.task ?? item).filter((/** @type {any} */ task) => task?.title !== undefined);
    for (const task of tasks) put(task, tasks.length > 20);
    if (tasks.length > 20) tell({ kind: 'many', id: '' });
}

/** Wherever it is, the trash included; null when it is gone, nothing when it could not be read. @param {string} id @returns {Promise<TodoTask | null | undefined>} */
export async function fetchTask(id) {
    if (outbox.isWaitingID(id)) return known.get(id) ?? null;
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
