// Writes that could not be sent. They wait in the browser's storage, each with its `Idempotency-Key`, and go out in order
// when the service answers again: one that had arrived after all is not done twice.

import { Store, local } from '../lib/store.js';
import { Problem, Unreachable, call, online } from './http.js';
import { inTurn, session } from './session.js';
import { Action, randomID } from './trace.js';

/**
 * @typedef {object} Waiting
 * @property {string} key
 * @property {string} name of the act, such as `task.create`
 * @property {string} method
 * @property {string} path
 * @property {any} [body]
 * @property {string} label for people
 * @property {string} [taskID] the task that it changes
 * @property {Record<string, any>} [guess] what the task will be; null is gone
 * @property {number} at
 */

const most = 500;
const mostIDs = 200;
const place = () => `outbox.${session.value?.user.id ?? 'nobody'}`;

/** @type {Store<Waiting[]>} */
export const waiting = new Store(/** @type {Waiting[]} */ ([]));

/** What waits, by the task that it changes. @type {Map<string, Waiting[]>} */
let byTask = new Map();

/** What became of tasks that were made here: their ids, null when they were refused. @type {Record<string, string | null>} */
let ids = {};

/** Those who want to know what became of one. @type {Set<(item: Waiting, answer: import('./http.js').Answer | Problem) => void>} */
const listeners = new Set();

/** Those who want to know what another tab sent. @type {Set<(sent: Waiting[]) => void>} */
const others = new Set();

/** @param {(item: Waiting, answer: any) => void} listener */
export const onSent = (listener) => { listeners.add(listener); };

/** @param {(sent: Waiting[]) => void} listener */
export const onOtherTab = (listener) => { others.add(listener); };

/** The id of a task that the service does not have yet. @param {string} key of the write that makes it */
export const waitingID = (key) => `waiting-${key}`;

/** @param {string} id */
export const isWaitingID = (id) => id.startsWith('waiting-');

/** By which id the service knows a task; null when it refused to make it. @param {string} id */
export const idOf = (id) => (isWaitingID(id) && id in ids ? ids[id] : id);

/** What waits for a task, oldest first. @param {string} id */
export const waitingFor = (id) => byTask.get(id) ?? [];

export function load() {
    ids = local.get(`${place()}.ids`, {});
    hold(local.get(place(), []));
}

/** @param {Waiting[]} items */
function save(items) {
    local.set(place(), items);
    hold(items);
}

/** @param {Waiting[]} items */
function hold(items) {
    byTask = new Map();
    for (const item of items) {
        const id = item.taskID && idOf(item.taskID);
        if (id) byTask.set(id, [...waitingFor(id), item]);
    }
    waiting.value = items;
}

/**
 * The same write by the ids of the service, which tasks did not have when it was asked for.
 * @template {{path: string, body?: any, taskID?: string, before?: any}} T
 * @param {T} write
 * @returns {T | null} nothing when it is about a task that was refused
 */
export function named(write) {
    const told = /** @type {any} */ ({ path: write.path, body: write.body, taskID: write.taskID, before: write.before });
    const text = JSON.stringify(told);
    const found = Object.keys(ids).filter((id) => text.includes(id));
    if (found.length === 0) return write;
    if (found.some((id) => ids[id] === null && (write.path.includes(id) || write.taskID === id))) return null;
    return { ...write, ...JSON.parse(found.reduce((now, id) => now.replaceAll(id, ids[id] ?? id), text)) };
}

/** Whether something that waits must be done before: to the same task, or to make what it names. @param {{path: string, body?: any, before?: {id: string}}} act */
export function isAhead(act) {
    if (waiting.value.length === 0) return false;
    const names = JSON.stringify([act.path, act.body]);
    return waitingFor(act.before?.id ?? '').length > 0 || waiting.value.some((item) => names.includes(waitingID(item.key)));
}

/** Leaves nothing behind of somebody whose account is gone. */
export function forgetAll() {
    ids = {};
    local.set(`${place()}.ids`, ids);
    save([]);
}

/** @param {Omit<Waiting, 'key' | 'at'> & {key?: string}} item @returns {Waiting} */
export function keep(item) {
    if (waiting.value.length >= most) throw new Problem(507, { detail: 'Too much is waiting to be sent.' }, '');
    const kept = { ...item, key: item.key ?? randomID(), at: Date.now() };
    // Another tab may have added some meanwhile.
    save([...local.get(place(), []), kept]);
    return kept;
}

let isSending = false;

/** Sends what waits, oldest first; one tab at a time. */
export async function send() {
    if (isSending || !session.value || local.get(place(), []).length === 0) return;
    isSending = true;
    try {
        await inTurn('outbox', sendAll);
    } finally {
        isSending = false;
    }
}

async function sendAll() {
    for (;;) {
        /** @type {Waiting | undefined} */
        const first = local.get(place(), [])[0];
        if (!first) break;
        const item = named(first);
        if (!item) {
            forget(first);
            continue;
        }
        const answer = await attempt(item);
        if (!answer) break;
        if (item.name === 'task.create') remember(waitingID(item.key), answer instanceof Problem ? null : answer.data?.id);
        forget(item);
        for (const listener of listeners) listener(item, answer);
    }
}

/** @param {Waiting} item @returns {Promise<import('./http.js').Answer | Problem | undefined>} nothing when it must wait on */
async function attempt(item) {
    const action = new Action(item.name);
    action.attributes['todo.page.queued'] = true;
    try {
        const answer = await call(item.method, item.path, { body: item.body, key: item.key, action });
        action.end();
        return answer;
    } catch (error) {
        action.end('error');
        return error instanceof Problem && ![401, 429, 502, 503, 504].includes(error.status) ? error : undefined;
    }
}

/** @param {Waiting} item */
function forget(item) {
    save(local.get(place(), []).filter((/** @type {Waiting} */ other) => other.key !== item.key));
}

/** Before what made it is forgotten, so that other tabs know the name of what is gone. @param {string} waitingID @param {string | null} id */
function remember(waitingID, id) {
    ids = Object.fromEntries([...Object.entries(local.get(`${place()}.ids`, {})), [waitingID, id]].slice(-mostIDs));
    local.set(`${place()}.ids`, ids);
}

/** Whether an error means that the write may wait. @param {unknown} error */
export const mayWait = (error) => error instanceof Unreachable;

export function start() {
    load();
    online.watch((isOnline) => { if (isOnline) void send(); });
    addEventListener('storage', (event) => {
        if (event.key !== `todo.${place()}`) return;
        const before = waiting.value;
        load();
        const there = new Set(waiting.value.map((item) => item.key));
        const sent = before.filter((item) => !there.has(item.key));
        for (const listener of others) listener(sent);
    });
    // The browser's word for being online is a guess; asking is better.
    setInterval(async () => {
        if (online.value && waiting.value.length === 0) return;
        try {
            const response = await fetch('/favicon.svg', { method: 'HEAD', cache: 'no-store' });
            if (response.status < 500 && !online.value) online.value = true;
            else if (response.status < 500) void send();
        } catch {
            if (online.value) online.value = false;
        }
    }, 2500);
}
