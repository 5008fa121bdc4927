// Addresses of the page. The task that is open beside a list is `?task=ID`, so that back closes it and links keep it.

import { Store } from '../lib/store.js';

/** @typedef {{view: string, param: string, search: URLSearchParams, taskID: string | null}} Route */

/** @returns {Route} */
function read() {
    const [, , view = '', ...rest] = location.pathname.split('/');
    const search = new URLSearchParams(location.search);
    let param = rest.join('/');
    try {
        param = decodeURIComponent(param);
    } catch {
        // An address that somebody mistyped names nothing.
    }
    return { view: view || 'today', param, search, taskID: search.get('task') };
}

/** @type {Store<Route>} */
export const route = new Store(read());
addEventListener('popstate', () => { route.value = read(); });

/** @param {string} path @param {{replace?: boolean}} [options] */
export function go(path, options = {}) {
    // Addresses come from links of our own; anything else stays where it is.
    const target = new URL(path, location.origin);
    if (target.origin !== location.origin) return;
    const address = target.pathname + target.search;
    if (options.replace) history.replaceState(null, '', address);
    else if (address !== location.pathname + location.search) history.pushState(null, '', address);
    route.value = read();
}

/** @param {string | null} id opens it beside what is there; null closes */
export function openTask(id) {
    const search = new URLSearchParams(location.search);
    if (id) search.set('task', id);
    else search.delete('task');
    const text = search.toString();
    go(location.pathname + (text ? `?${text}` : ''), { replace: Boolean(id && route.value.taskID) });
}

/** Links of the page change it without loading it. */
export function followLinks() {
    document.addEventListener('click', (event) => {
        const link = event.target instanceof Element ? event.target.closest('a[href^="/app"]') : null;
        if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented) return;
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || link.target) return;
        event.preventDefault();
        go(link.getAttribute('href') ?? '/app/today');
    });
}

/** @param {string} view @param {string} [param] */
export const path = (view, param) => `/app/${view}${param ? `/${encodeURIComponent(param)}` : ''}`;
