// Traces begin here: every act of a person is a span, its requests carry its `traceparent`, and what it took is told to
// the platform in small batches. Names are of a fixed set and nothing that people write is in a span.

import { local } from '../lib/store.js';

/** @param {number} bytes */
export function randomHex(bytes) {
    return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A random id of version 4. Not `randomUUID`, which plain http on other machines does not have. */
export function randomID() {
    const hex = randomHex(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** One act of a person. */
export class Action {
    traceId = randomHex(16);
    spanId = randomHex(8);
    start = Date.now();
    #clock = performance.now();
    #ended = false;
    /** @type {Record<string, string | number | boolean>} */
    attributes = {};

    /** @param {string} name such as `task.create` @param {boolean} [isBackground] whether nobody asked for it */
    constructor(name, isBackground = false) {
        this.name = name;
        if (isBackground) this.attributes['todo.page.background'] = true;
    }

    get traceparent() {
        return `00-${this.traceId}-${this.spanId}-01`;
    }

    /** @param {'ok' | 'error'} [status] */
    end(status = 'ok') {
        if (this.#ended) return;
        this.#ended = true;
        this.duration = performance.now() - this.#clock;
        remember(this);
        report({
            kind: 'span',
            value: {
                traceId: this.traceId, spanId: this.spanId, name: this.name, start: this.start,
                duration: Math.round(this.duration * 1000) / 1000, status, attributes: this.attributes,
            },
        });
    }
}

/** The newest acts, for people who ask what just happened. @type {Action[]} */
export const recent = [];

/** @param {Action} action */
function remember(action) {
    recent.unshift(action);
    recent.length = Math.min(recent.length, 30);
}

/** @typedef {{kind: 'span' | 'vital' | 'error', value: any}} Report */

/** @type {Report[]} */
let waiting = [];
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {((reports: Report[], isLast: boolean) => void) | undefined} */
let deliver;
const most = 100;

/** @param {Report} item */
export function report(item) {
    if (waiting.length < most) waiting.push(item);
    // Soon: whoever looks at the trace of what was just done wants to see where it began.
    timer ??= setTimeout(() => flush(), 500);
}

/** @param {boolean} [isLast] whether the page may go away before an answer comes */
export function flush(isLast = false) {
    clearTimeout(timer);
    timer = undefined;
    if (!deliver || waiting.length === 0 || !local.get('telemetry', true)) return;
    const batch = waiting.splice(0, 50);
    deliver(batch, isLast);
    if (waiting.length > 0) flush(isLast);
}

/** @param {(reports: Report[], isLast: boolean) => void} sender */
export function deliverBy(sender) {
    deliver = sender;
    addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'hidden') flush(true);
    });
    addEventListener('pagehide', () => flush(true));
}
