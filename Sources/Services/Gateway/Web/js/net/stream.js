// Live updates. One tab of a browser holds the stream (http/1.1 has six connections for all of them) and passes on what
// comes; when it closes, the next one takes over where it was. A platform without a stream is asked every few seconds.

import { fresh, session } from './session.js';
import { Problem, call } from './http.js';
import { Store } from '../lib/store.js';
import { Action } from './trace.js';

/** @typedef {{type: string, id?: string, data: any}} Message */

/** `live`, `polling` or `away`. */
export const connection = new Store('away');

/** @type {Set<(message: Message) => void>} */
const listeners = new Set();
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('todo.stream') : undefined;
/** @type {string | undefined} */
let last;
/** @type {AbortController | undefined} */
let running;

/** @param {(message: Message) => void} listener */
export const onMessage = (listener) => { listeners.add(listener); };

/** @param {Message} message */
function tell(message) {
    if (message.id) last = message.id;
    for (const listener of listeners) listener(message);
}

/** @param {Message} message */
function pass(message) {
    channel?.postMessage({ user: session.value?.user.id, message });
    tell(message);
}

channel?.addEventListener('message', ({ data }) => {
    if (!running || data.user !== session.value?.user.id) return;
    if (data.message.type === 'state') connection.value = data.message.data;
    else tell(data.message);
});

/** @param {string} state */
function become(state) {
    if (connection.value === state) return;
    connection.value = state;
    channel?.postMessage({ user: session.value?.user.id, message: { type: 'state', data: state } });
}

export function start() {
    stop();
    const ours = new AbortController();
    running = ours;
    last = undefined;
    connection.value = 'live';
    const work = () => follow(ours.signal);
    if (!navigator.locks) return void work();
    navigator.locks.request(`todo.stream.${session.value?.user.id}`, { signal: ours.signal }, work).catch(() => {});
}

export function stop() {
    running?.abort();
    running = undefined;
}

/** @param {AbortSignal} signal */
async function follow(signal) {
    let failures = 0;
    let isFirst = true;
    while (!signal.aborted) {
        try {
            const began = Date.now();
            const outcome = await read(signal, isFirst);
            if (outcome === 'missing') return await poll(signal);
            isFirst = false;
            failures = Date.now() - began > 5000 ? 0 : failures + 1;
        } catch {
            failures += 1;
            if (failures > 1) become('away');
        }
        await pause(Math.min(15_000, 200 * 2 ** Math.min(failures, 7)) * (0.5 + Math.random() / 2), signal);
    }
}

/** @param {AbortSignal} signal @param {boolean} isFirst @returns {Promise<'ended' | 'missing'>} */
async function read(signal, isFirst) {
    const held = await fresh();
    if (!held) return 'ended';
    const action = new Action('stream.open', true);
    /** @type {Record<string, string>} */
    const headers = { Authorization: `Bearer ${held.token}`, Accept: 'text/event-stream', traceparent: action.traceparent };
    if (last) headers['Last-Event-ID'] = last;
    const silence = new AbortController();
    signal.addEventListener('abort', () => silence.abort(), { once: true });
    const response = await fetch('/api/v1/stream', { headers, signal: silence.signal, cache: 'no-store' })
        .finally(() => action.end());
    if (response.status === 404 || response.status === 405) return 'missing';
    if (response.status === 401) await fresh(true);
    if (!response.ok || !response.body) throw new Error('no stream');
    become('live');
    let ended = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const events = new EventParser((message) => {
        if (message.type === 'end') ended = message.data?.reason ?? '';
        // What happened between the page's first reads and now is in nobody's stream.
        else if (message.type === 'ready') pass({ ...message, type: isFirst && !last ? 'reset' : 'ready' });
        else pass(message);
    });
    for (;;) {
        // Heartbeats come every few seconds: a silent connection is a dead one.
        const timer = setTimeout(() => silence.abort(), 60_000);
        const { done, value } = await reader.read().finally(() => clearTimeout(timer));
        if (done) break;
        events.feed(value);
        if (ended) break;
    }
    silence.abort();
    // A token that is refused is renewed, or its owner is signed out.
    if (ended === 'token_expired' || ended === 'session_ended') await fresh(true);
    return 'ended';
}

/** Reads the wire format of server-sent events. */
export class EventParser {
    #rest = '';
    #type = '';
    #data = /** @type {string[]} */ ([]);
    /** @type {string | undefined} */
    #id;

    /** @param {(message: Message) => void} found */
    constructor(found) {
        this.found = found;
    }

    /** @param {string} text */
    feed(text) {
        const lines = (this.#rest + text).split(/\r\n|\n|\r/);
        this.#rest = lines.pop() ?? '';
        for (const line of lines) this.#line(line);
    }

    /** @param {string} line */
    #line(line) {
        if (line === '') return this.#end();
        const colon = line.indexOf(':');
        if (colon === 0) return;
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (name === 'event') this.#type = value;
        else if (name === 'data') this.#data.push(value);
        else if (name === 'id') this.#id = value;
    }

    #end() {
        const text = this.#data.join('\n');
        const [type, id] = [this.#type || 'message', this.#id];
        const isEmpty = this.#data.length === 0;
        [this.#type, this.#data] = ['', []];
        if (isEmpty) return;
        let data = null;
        try {
            data = JSON.parse(text);
        } catch {
            data = text;
        }
        this.found({ type, id, data });
    }
}

/** The way without a stream. @param {AbortSignal} signal */
async function poll(signal) {
    become('polling');
    let number = last ? Number(last) : await newest();
    while (!signal.aborted) {
        await pause(3000, signal);
        try {
            const { data } = await call('GET', `/changes?since=${number}&limit=100`);
            for (const item of data.items) pass({ type: 'change', id: String(item.change), data: item });
            number = data.next;
        } catch (error) {
            if (!(error instanceof Problem) || error.status !== 410) continue;
            number = await newest().catch(() => number);
            pass({ type: 'reset', data: null });
        }
    }
}

/** The number of the last change: numbers that have not happened are refused. */
async function newest() {
    const happened = async (/** @type {number} */ number) => {
        try {
            await call('GET', `/changes?since=${number}&limit=1`);
            return true;
        } catch (error) {
            if (error instanceof Problem && error.status === 410) return false;
            throw error;
        }
    };
    let [low, high] = [0, 1];
    while (await happened(high)) [low, high] = [high, high * 4];
    while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (await happened(middle)) low = middle;
        else high = middle;
    }
    return low;
}

/** @param {number} time @param {AbortSignal} signal */
function pause(time, signal) {
    return new Promise((resolve) => {
        const timer = setTimeout(resolve, time);
        signal.addEventListener('abort', () => { clearTimeout(timer); resolve(undefined); }, { once: true });
    });
}
