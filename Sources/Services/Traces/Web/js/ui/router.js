// Addresses of the page: `/`, `/trace/ID`, `/flow/ID`, `/compare/A...B`, `/live`; what is looked for is in the query.

/** @typedef {{view: string, param: string, query: URLSearchParams}} Route */

/** @returns {Route} */
export function here() {
    const [, view = '', ...rest] = location.pathname.split('/');
    let param = rest.join('/');
    try {
        param = decodeURIComponent(param);
    } catch {
        // An address that somebody mistyped names nothing.
    }
    return { view: view || 'search', param, query: new URLSearchParams(location.search) };
}

/** @type {(route: Route) => void} */
let listener = () => {};

/** @param {(route: Route) => void} work */
export function onRoute(work) {
    listener = work;
    addEventListener('popstate', () => listener(here()));
    document.addEventListener('click', follow);
}

/** @param {string} address */
export function go(address) {
    const target = new URL(address, location.origin);
    if (target.origin !== location.origin) return;
    const path = target.pathname + target.search;
    if (path !== location.pathname + location.search) history.pushState({ isOurs: true }, '', path);
    listener(here());
}

/** Back if that stays within the page. @param {string} otherwise */
export function back(otherwise) {
    if (history.state?.isOurs) history.back();
    else go(otherwise);
}

/** Changes what the query says without a step in the history. @param {Record<string, string | null>} changes */
export function amend(changes) {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
        if (value) query.set(name, value);
        else query.delete(name);
    }
    const text = query.toString();
    history.replaceState(history.state, '', location.pathname + (text ? `?${text}` : ''));
}

/** Links of the page change it without loading it. @param {MouseEvent} event */
function follow(event) {
    const link = event.target instanceof Element ? event.target.closest('a[href^="/"]') : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || link.hasAttribute('download')) return;
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || link.target) return;
    event.preventDefault();
    go(link.getAttribute('href') ?? '/');
}

export const pathTo = {
    trace: (/** @type {string} */ id, /** @type {string} */ span = '') => `/trace/${encodeURIComponent(id)}${span ? `?span=${encodeURIComponent(span)}` : ''}`,
    flow: (/** @type {string} */ id) => `/flow/${encodeURIComponent(id)}`,
    compare: (/** @type {string} */ left, /** @type {string} */ right) => `/compare/${encodeURIComponent(left)}...${encodeURIComponent(right)}`,
};
