// Who is signed in. The access token lives in memory alone; the refresh token is a cookie that no script sees. Tabs take
// turns to refresh (a refresh token that comes twice ends the session) and give each other what they got.

import { Store, local } from '../lib/store.js';
import { Action } from './trace.js';

/** @typedef {{id: string, email: string}} User */
/** @typedef {{token: string, until: number, user: User}} Session */

/** Undefined until it is known; null when signed out. @type {Store<Session | null | undefined>} */
export const session = new Store(/** @type {any} */ (undefined));

/** Whether it cannot be known yet, because the service does not answer. */
export const isUnanswered = new Store(false);

let isLeavingHere = false;

/** Whether somebody left whom the service still has to forget. */
const isLeaving = () => local.get('leaving', isLeavingHere);

/** @param {boolean} is */
function setLeaving(is) {
    isLeavingHere = is;
    local.set('leaving', is);
}

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('todo.session') : undefined;

channel?.addEventListener('message', ({ data }) => {
    if (data.type === 'signed-in' && (!session.value || session.value.user.id === data.session.user.id)) {
        session.value = data.session;
    }
    if (data.type === 'signed-out' && session.value) session.value = null;
    if (data.type === 'asks' && session.value && session.value.until > Date.now() + 30_000) {
        channel.postMessage({ type: 'signed-in', session: session.value });
    }
});

/** One tab at a time. @template T @param {string} name @param {() => Promise<T>} work @returns {Promise<T>} */
export function inTurn(name, work) {
    return navigator.locks ? navigator.locks.request(`todo.${name}`, work) : work();
}

/** @param {any} answer */
function keep(answer) {
    const made = { token: answer.accessToken, until: Date.now() + answer.expiresIn * 1000, user: answer.user };
    session.value = made;
    channel?.postMessage({ type: 'signed-in', session: made });
    return made;
}

/**
 * @param {'sign-in' | 'sign-up'} act
 * @param {{email: string, password: string, name?: string, timeZone?: string}} credentials
 * @returns {Promise<any>} the problem, or null
 */
export async function signIn(act, credentials) {
    const action = new Action(act === 'sign-in' ? 'session.sign-in' : 'session.sign-up');
    // The end of the session before would take away the cookie of this one.
    goodbye?.abort();
    try {
        return await inTurn('refresh', async () => {
            const response = await fetch(`/api/v1/auth/${act}`, {
                method: 'POST', body: JSON.stringify(credentials),
                headers: { 'Content-Type': 'application/json', traceparent: action.traceparent },
            });
            const answer = await response.json().catch(() => ({}));
            action.end(response.ok ? 'ok' : 'error');
            if (!response.ok) return answer.title ? answer : { detail: 'The service cannot be reached now.' };
            setLeaving(false);
            keep(answer);
            return null;
        });
    } catch {
        action.end('error');
        return { detail: 'No connection. Try again in a moment.' };
    }
}

/** @type {Promise<Session | null> | undefined} */
let refreshing;

/**
 * A token that is good for a while.
 * @param {boolean} [isStale] whether the one we have was refused
 * @returns {Promise<Session | null>} null when signed out
 * @throws when there is no connection
 */
export function fresh(isStale = false) {
    const now = session.value;
    if (now && !isStale && now.until > Date.now() + 15_000) return Promise.resolve(now);
    refreshing ??= inTurn('refresh', () => refresh(now?.token)).finally(() => { refreshing = undefined; });
    return refreshing;
}

/** @param {string | undefined} old @returns {Promise<Session | null>} */
async function refresh(old) {
    // Another tab may have been first.
    if (session.value && session.value.token !== old && session.value.until > Date.now() + 15_000) return session.value;
    const action = new Action('session.refresh', true);
    const response = await fetch('/api/v1/auth/refresh', { method: 'POST', headers: { traceparent: action.traceparent } })
        .finally(() => action.end());
    const answer = response.ok ? await response.json() : null;
    if (answer && !isLeaving()) return keep(answer);
    if (!answer && response.status !== 401 && response.status !== 403) throw new TypeError('no answer');
    session.value = null;
    return null;
}

/** Longer each time; being online again ends it. @param {number} tries */
function pause(tries) {
    return new Promise((resolve) => {
        setTimeout(resolve, Math.min(10_000, 400 * 2 ** tries) * (0.5 + Math.random() / 2));
        addEventListener('online', () => resolve(undefined), { once: true });
    });
}

/** At the start: from another tab, else by the cookie. That the service does not answer signs nobody out. */
export async function resume() {
    if (isLeaving()) {
        session.value = null;
        return sayGoodbye();
    }
    channel?.postMessage({ type: 'asks' });
    await new Promise((resolve) => setTimeout(resolve, 30));
    for (let tries = 0; session.value === undefined; tries += 1) {
        try {
            await fresh();
        } catch {
            isUnanswered.value = true;
            await pause(tries);
        }
    }
}

/** At once, whether the service can be told now or later. */
export async function signOut() {
    setLeaving(true);
    session.value = null;
    channel?.postMessage({ type: 'signed-out' });
    await sayGoodbye();
}

/** @type {AbortController | undefined} */
let goodbye;

/** Ends the session of the cookie: however long that takes, nobody comes back by it. */
async function sayGoodbye() {
    for (let tries = 0; isLeaving(); tries += 1) {
        const isOver = await inTurn('refresh', leave).catch(() => false);
        if (!isOver) await pause(tries);
    }
}

/** @returns {Promise<boolean>} whether there is nothing more to say */
async function leave() {
    // Somebody may have signed in meanwhile.
    if (!isLeaving()) return true;
    const action = new Action('session.sign-out');
    const ours = new AbortController();
    goodbye = ours;
    const timer = setTimeout(() => ours.abort(), 10_000);
    try {
        const headers = { traceparent: action.traceparent };
        const response = await fetch('/api/v1/auth/sign-out', { method: 'POST', headers, signal: ours.signal });
        const isOver = response.ok || [401, 403, 404].includes(response.status);
        if (isOver) setLeaving(false);
        return isOver;
    } finally {
        clearTimeout(timer);
        goodbye = undefined;
        action.end();
    }
}

/**
 * Ends every session there is.
 * @throws when it could not be done; whoever asked is signed in as before
 */
export async function signOutEverywhere() {
    const action = new Action('session.sign-out');
    try {
        let response = await tellEverywhere(await fresh(), action);
        if (response?.status === 401) response = await tellEverywhere(await fresh(true), action);
        if (response && !response.ok) throw new Error('not done');
        action.end();
    } catch {
        action.end('error');
        throw Object.assign(new Error('The service could not be told. You are still signed in, here and elsewhere.'), { isShown: true });
    }
    session.value = null;
    channel?.postMessage({ type: 'signed-out' });
}

/** @param {Session | null} held @param {Action} action */
const tellEverywhere = async (held, action) => (held ? fetch('/api/v1/auth/sign-out-everywhere', {
    method: 'POST', headers: { Authorization: `Bearer ${held.token}`, traceparent: action.traceparent },
}) : undefined);
