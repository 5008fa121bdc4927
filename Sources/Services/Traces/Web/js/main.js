// The page: its bar, and the view that the address names.

import { compareView } from './compare/view.js';
import { flowView } from './flow/view.js';
import { fill, h } from './lib/dom.js';
import { icon, mark } from './lib/icons.js';
import { liveView } from './live/view.js';
import { searchView } from './search/view.js';
import { traceView } from './trace/view.js';
import { listenToKeys, showHelp } from './ui/keyboard.js';
import { back, go, here, onRoute, pathTo } from './ui/router.js';
import { empty } from './ui/states.js';
import { nextTheme } from './ui/theme.js';

/**
 * @typedef {object} View
 * @property {string} title
 * @property {HTMLElement} element
 * @property {boolean} [isFixed] whether its parts scroll, and not the whole
 * @property {Record<string, () => void>} keys
 * @property {() => void} close
 * @property {(route: import('./ui/router.js').Route) => boolean} [take] whether it shows a new address by itself
 */

/** @type {Record<string, (route: import('./ui/router.js').Route) => View>} */
const views = { search: searchView, trace: traceView, flow: flowView, compare: compareView, live: liveView };

const byID = h('input', { class: 'input mono', type: 'search', 'aria-label': 'Open a trace by its id', placeholder: 'Open a trace by its id', spellcheck: 'false', autocomplete: 'off', maxlength: 200 });
const links = [['search', '/', 'Search', 'search'], ['live', '/live', 'Live', 'live']].map(([view, href, text, name]) => {
    return { view, element: h('a', { href }, icon(name), h('span', {}, text)) };
});
const main = h('main', { id: 'main', tabindex: -1 });

/** @type {View | null} */
let view = null;

/** @param {import('./ui/router.js').Route} route */
function show(route) {
    if (view?.take?.(route)) return;
    view?.close();
    const made = views[route.view]?.(route) ?? nowhere();
    view = made;
    document.title = `${made.title} · Traces`;
    main.classList.toggle('fixed', Boolean(made.isFixed));
    fill(main, made.element);
    main.scrollTop = 0;
    main.focus({ preventScroll: true });
    for (const link of links) {
        if (link.view === route.view) link.element.setAttribute('aria-current', 'page');
        else link.element.removeAttribute('aria-current');
    }
}

/** @returns {View} */
function nowhere() {
    const element = h('div', {}, h('h1', { class: 'visually-hidden' }, 'Nothing here'), empty('search', 'There is nothing at this address', h('a', { class: 'button primary', href: '/' }, 'Search for traces')));
    return { title: 'Nothing here', element, keys: {}, close() {} };
}

/** @param {Event} event */
function openByID(event) {
    event.preventDefault();
    // People paste whole addresses and `traceparent` headers as well.
    const id = /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/i.exec(byID.value)?.[0].toLowerCase() ?? byID.value.trim();
    if (!id) return;
    byID.value = '';
    go(pathTo.trace(id));
}

fill(/** @type {Element} */ (document.getElementById('app')), h('div', { class: 'frame' },
    h('a', { class: 'skip', href: '#main', onclick: (/** @type {Event} */ event) => { event.preventDefault(); main.focus(); } }, 'Skip to content'),
    h('header', { class: 'top' }, h('a', { class: 'brand', href: '/', 'aria-label': 'Traces, start' }, mark(), h('span', {}, 'Traces')),
        h('nav', { 'aria-label': 'Views' }, links.map((link) => link.element)),
        h('form', { class: 'by-id', role: 'search', 'aria-label': 'By id', onsubmit: openByID }, byID),
        h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Colours', title: 'Colours (t)', onclick: nextTheme }, icon('sun')),
        h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Keyboard help', title: 'Keyboard (?)', onclick: showHelp }, icon('help'))),
    main));

listenToKeys({
    '?': showHelp, t: nextTheme, 'g s': () => go('/'), 'g l': () => go('/live'), 'g i': () => byID.focus(),
    Escape: () => back('/'),
}, () => view?.keys ?? {});
onRoute(show);
show(here());
