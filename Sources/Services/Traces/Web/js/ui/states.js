// What is shown when there is nothing to show: on its way, not there, gone wrong.

import { h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';

/** Grey bars in the places of what comes. @param {number} rows @param {number} [height] */
export function skeleton(rows, height = 30) {
    return h('div', { class: 'skeletons', role: 'status', 'aria-label': 'Loading' }, Array.from({ length: rows }, (_, index) => h('div', {
        class: 'skeleton', style: { height: `${height - 8}px`, margin: '4px 0', width: `${100 - ((index * 37) % 45)}%` },
    })));
}

/** @param {string} name of an icon @param {string} title @param {...any} more */
export function empty(name, title, ...more) {
    return h('div', { class: 'empty' }, icon(name), h('h2', { class: 'state-title' }, title), more);
}

/** @param {any} error @param {() => void} [again] @param {string} [heading] `h1` where nothing else is on the page */
export function problem(error, again, heading = 'h2') {
    return h('div', { class: 'problem', role: 'alert' }, icon('error'), h(heading, { class: 'state-title' }, 'That did not work'),
        h('p', {}, error?.message ?? String(error)),
        again && h('button', { type: 'button', class: 'button', onclick: again }, 'Try again'));
}

/** For a trace none of whose spans is here yet. @param {Element} place */
export function awaited(place) {
    if (!place.querySelector('.awaited')) place.prepend(h('p', { class: 'hint awaited', role: 'status' }, 'Looking for it: spans arrive a second or two after they end.'));
}

/** For an id that nobody knows. @param {string} id */
export function traceNotFound(id) {
    const isID = /^[0-9a-f]{32}$/i.test(id);
    return h('div', { class: 'problem', role: 'alert' }, icon('search'), h('h1', { class: 'state-title' }, 'There is no such trace here'),
        h('p', {}, isID
            ? 'It may have left already: the store removes the oldest traces when it has reached its size. Or none of its spans has arrived yet, which takes a second or two after they end.'
            : 'A trace id has 32 hexadecimal digits. This one does not.'),
        h('code', { class: 'mono wrap' }, id || '(nothing)'),
        h('div', { class: 'row' },
            isID && h('button', { type: 'button', class: 'button', onclick: () => location.reload() }, 'Look again'),
            h('a', { class: 'button primary', href: '/' }, 'Search for traces')));
}

/** Says a thing for a moment. @param {string} text */
export function note(text) {
    for (const old of document.querySelectorAll('.note')) old.remove();
    const element = h('div', { class: 'note', role: 'status' }, text);
    document.body.append(element);
    setTimeout(() => element.remove(), 3500);
}

/** Copies, or shows what could not be copied. @param {string} text @param {string} what */
export async function copy(text, what) {
    try {
        await navigator.clipboard.writeText(text);
        note(`${what} copied`);
    } catch {
        note(text);
    }
}
