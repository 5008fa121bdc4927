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
 * @property {number} at
 */

const most = 500;
const place = () => `outbox.${session.value?.user.id ?? 'nobody'}`;

/** @type {Store<Waiting[]>} */
export const waiting = new Store(/** @type {Waiting[]} */ ([]));

/** Those who want to know what became of one. @type {Set<(item: Waiting, answer: import('./http.js').Answer | Problem) => void>} */
const listeners = new Set();

/** @param {(item: Waiting, answer: any) => void} listener */
export const onSent = (listener) => { listeners.add(listener); };

export function load() {
    waiting.value = local.get(place(), []);
}

/** @param {Waiting[]} items */
function save(items) {
    local.set(place(), items);
    waiting.value = items;
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
        const item = local.get(place(), [])[0];
        if (!item) break;
        const action = new Action(item.name);
        action.attributes['todo.page.queued'] = true;
        let answer;
        try {
            answer = await call(item.method, item.path, { body: item.body, key: item.key, action });
            action.end();
        } catch (error) {
            action.end('error');
            if (!(error instanceof Problem) || [401, 429, 502, 503, 504].includes(error.status)) break;
            answer = error;
        }
        save(local.get(place(), []).filter((/** @type {Waiting} */ other) => other.key !== item.key));
        for (const listener of listeners) listener(item, answer);
    }
}

/** Whether an error means that the write may wait. @param {unknown} error */
export const mayWait = (error) => error instanceof Unreachable;

export function start() {
    load();
    online.watch((isOnline) => { if (isOnline) void send(); });
    addEventListener('storage', (event) => {
        if (event.key === `todo.${place()}`) load();
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
