// Who is signed in. The access token lives in memory alone; the refresh token is a cookie that no script sees. Tabs take
// turns to refresh (a refresh token that comes twice ends the session) and give each other what they got.

import { Store } from '../lib/store.js';
import { Action } from './trace.js';

/** @typedef {{id: string, email: string}} User */
/** @typedef {{token: string, until: number, user: User}} Session */

/** Undefined until it is known; null when signed out. @type {Store<Session | null | undefined>} */
export const session = new Store(/** @type {any} */ (undefined));

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
    try {
        const response = await fetch(`/api/v1/auth/${act}`, {
            method: 'POST', body: JSON.stringify(credentials),
            headers: { 'Content-Type': 'application/json', traceparent: action.traceparent },
        });
        const answer = await response.json().catch(() => ({}));
        action.end(response.ok ? 'ok' : 'error');
        if (!response.ok) return answer.title ? answer : { detail: 'The service cannot be reached now.' };
        keep(answer);
        return null;
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
    if (response.ok) return keep(await response.json());
    if (response.status !== 401 && response.status !== 403) throw new TypeError('no answer');
    session.value = null;
    return null;
}

/** At the start: from another tab, else by the cookie. */
export async function resume() {
    channel?.postMessage({ type: 'asks' });
    await new Promise((resolve) => setTimeout(resolve, 30));
    if (session.value) return;
    // Whoever never signed in here has no cookie to try.
    try {
        await fresh();
    } catch {
        session.value = null;
    }
}

/** @param {boolean} [everywhere] */
export async function signOut(everywhere = false) {
    const action = new Action('session.sign-out');
    /** @type {Record<string, string>} */
    const headers = { traceparent: action.traceparent };
    if (everywhere && session.value) headers.Authorization = `Bearer ${session.value.token}`;
    const path = everywhere ? 'sign-out-everywhere' : 'sign-out';
    try {
        await fetch(`/api/v1/auth/${path}`, { method: 'POST', headers });
    } finally {
        action.end();
        session.value = null;
        channel?.postMessage({ type: 'signed-out' });
    }
}
