// Requests to the API: token, trace, idempotency, and problems as errors that a form can show.

import { Store } from '../lib/store.js';
import { fresh, session } from './session.js';
import { Action, randomID } from './trace.js';

/** @typedef {{pointer: string, detail: string, code?: string, position?: number}} FieldProblem */

/** An answer that says no. */
export class Problem extends Error {
    /** @param {number} status @param {any} body @param {string} traceId */
    constructor(status, body, traceId) {
        super(body?.detail ?? body?.title ?? 'The request could not be completed.');
        this.name = 'Problem';
        this.status = status;
        /** @type {FieldProblem[]} */
        this.fields = body?.errors ?? [];
        this.traceId = traceId;
        /** Whoever asked shows it; it is no failure of a script. */
        this.isShown = true;
    }
}

/** No answer at all. */
export class Unreachable extends Error {
    constructor() {
        super('There is no connection to the service.');
        this.name = 'Unreachable';
        this.isShown = true;
    }
}

/** An answer for somebody who is not at this page any more. */
export class Left extends Error {
    constructor() {
        super('You are signed out.');
        this.name = 'Left';
        this.isShown = true;
    }
}

/** Whether the service answers. */
export const online = new Store(navigator.onLine);
addEventListener('online', () => { online.value = true; });
addEventListener('offline', () => { online.value = false; });

/**
 * @typedef {object} Options
 * @property {any} [body]
 * @property {string} [key] the `Idempotency-Key`
 * @property {string} [ifMatch]
 * @property {Action} [action]
 * @property {AbortSignal} [signal]
 */

/** @typedef {{status: number, data: any, headers: Headers, traceId: string}} Answer */

/**
 * @param {string} method
 * @param {string} path below `/api/v1`
 * @param {Options} [options]
 * @returns {Promise<Answer>}
 */
export async function call(method, path, options = {}) {
    const action = options.action ?? (method === 'GET' ? new Action('view.read', true) : new Action('page.write'));
    const key = method === 'GET' ? undefined : options.key ?? randomID();
    const asker = session.value?.user.id;
    try {
        let answer = await attempt(method, path, { ...options, key }, action);
        // The same key: however often it is sent, it is done once.
        for (let round = 0; round < 3 && [502, 503, 504].includes(answer.status); round += 1) {
            await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** round));
            answer = await attempt(method, path, { ...options, key }, action);
        }
        const text = answer.status === 204 ? '' : await answer.text();
        const type = answer.headers.get('content-type') ?? '';
        const data = text && type.includes('json') ? JSON.parse(text) : text;
        if (session.value?.user.id !== asker) throw new Left();
        if (!answer.ok) throw new Problem(answer.status, data, action.traceId);
        if (!options.action) action.end('ok');
        return { status: answer.status, data, headers: answer.headers, traceId: action.traceId };
    } catch (error) {
        if (!options.action) action.end('error');
        if (error instanceof DOMException && error.name === 'AbortError') throw error;
        if (error instanceof TypeError) {
            online.value = false;
            throw new Unreachable();
        }
        throw error;
    }
}

/** @param {string} method @param {string} path @param {Options} options @param {Action} action */
async function attempt(method, path, options, action) {
    let response = await send(method, path, options, action, false);
    if (response.status === 401) response = await send(method, path, options, action, true);
    if (!online.value) online.value = true;
    return response;
}

/** @param {string} method @param {string} path @param {Options} options @param {Action} action @param {boolean} isStale */
async function send(method, path, options, action, isStale) {
    const session = await fresh(isStale);
    if (!session) throw new Problem(401, { detail: 'You are signed out.' }, action.traceId);
    /** @type {Record<string, string>} */
    const headers = { Authorization: `Bearer ${session.token}`, traceparent: action.traceparent };
    if (options.body !== undefined) headers['Content-Type'] = 'application/json';
    if (options.key) headers['Idempotency-Key'] = options.key;
    if (options.ifMatch) headers['If-Match'] = options.ifMatch;
    return fetch(`/api/v1${path}`, {
        method, headers, signal: options.signal,
        body: options.body === undefined ? undefined : JSON.stringify(options.body),
    });
}

/** @param {Record<string, string | number | undefined>} values */
export function query(values) {
    const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
    const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
    return text ? `?${text}` : '';
}

/** All pages of a small collection. @param {string} path @param {number} [most] */
export async function everything(path, most = 500) {
    const action = new Action('view.read', true);
    const items = [];
    let cursor;
    do {
        const separator = path.includes('?') ? '&' : '?';
        const { data } = await call('GET', `${path}${separator}limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, { action });
        items.push(...data.items);
        cursor = data.nextCursor;
    } while (cursor && items.length < most);
    action.end();
    return items;
}
