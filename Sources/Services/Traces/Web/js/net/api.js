// Questions to the trace store, on the same origin.

/**
 * @typedef {object} Summary
 * @property {string} traceId
 * @property {string} rootName
 * @property {string} rootService
 * @property {bigint} startUnixNano
 * @property {number} durationNano
 * @property {number} spanCount
 * @property {string[]} services
 * @property {boolean} hasError
 * @property {boolean} isSettled
 * @property {number} [errorCount]
 * @property {number} [linkedTraces]
 */

/** What the platform does again and again by itself: relays of outboxes, ticks of schedules. @param {Summary} trace */
export const isHousekeeping = (trace) => trace.rootName === 'outbox relay' || trace.rootName.startsWith('bindings/');

/** An answer that is not what was asked for; `message` is for people. */
export class Refusal extends Error {
    /** @param {number} status 0 when nobody answered @param {string} message */
    constructor(status, message) {
        super(message);
        this.status = status;
    }
}

// Nanoseconds since 1970 do not fit into a number: such members are read as BigInts. The name of a member that stands
// within a text has a backslash before its last quote, so texts are left as they are.
const bigMember = /"((?:start|end|time|oldest|newest)UnixNano)":\s*(\d{16,20})(?=[,}\s])/g;
const isBig = /^(?:start|end|time|oldest|newest)UnixNano$/;

/** @param {string} text */
export function parse(text) {
    return JSON.parse(text.replace(bigMember, '"$1":"$2"'), (key, value) => (isBig.test(key) ? toBig(value) : value));
}

/** @param {any} value */
function toBig(value) {
    if (typeof value === 'number') return BigInt(Math.trunc(value));
    return typeof value === 'string' && /^\d{1,20}$/.test(value) ? BigInt(value) : value;
}

/**
 * @param {string} path below `/inspector/`
 * @param {AbortSignal} [signal]
 */
async function ask(path, signal) {
    let response;
    try {
        response = await fetch(`/inspector/${path}`, { signal, headers: { Accept: 'application/json' } });
    } catch (error) {
        if (/** @type {any} */ (error).name === 'AbortError') throw error;
        throw new Refusal(0, 'The trace store does not answer. It may be stopped, or still starting.');
    }
    const text = await response.text();
    if (response.ok) return parse(text);
    let problem;
    try {
        problem = JSON.parse(text);
    } catch {
        problem = {};
    }
    throw new Refusal(response.status, sentence(problem.detail ?? problem.title ?? `The trace store answers ${response.status}.`));
}

/** @param {string} text */
function sentence(text) {
    const words = String(text);
    return words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? '' : '.');
}

const one = (/** @type {string} */ id) => encodeURIComponent(id);

/** @param {URLSearchParams} query @param {AbortSignal} [signal] @returns {Promise<{items: Summary[], nextCursor: string | null}>} */
export const search = (query, signal) => ask(`traces?${query}`, signal);
/** @param {AbortSignal} [signal] @returns {Promise<{items: {name: string, operations: {name: string, kind: string}[]}[]}>} */
export const services = (signal) => ask('services', signal);
/** @param {string} id @param {AbortSignal} [signal] @param {boolean} [isSettled] refused with 425 while it grows */
export const trace = (id, signal, isSettled = false) => ask(`traces/${one(id)}${isSettled ? '?settled=true' : ''}`, signal);
/** @param {string} id @param {AbortSignal} [signal] */
export const analysis = (id, signal) => ask(`traces/${one(id)}/analysis`, signal);
/** @param {string} id @param {AbortSignal} [signal] */
export const logs = (id, signal) => ask(`traces/${one(id)}/logs`, signal);
/** @param {string} left @param {string} right @param {AbortSignal} [signal] */
export const compare = (left, right, signal) => ask(`compare?left=${one(left)}&right=${one(right)}`, signal);
/** @param {AbortSignal} [signal] */
export const store = (signal) => ask('store', signal);
