// Keys that work everywhere, keys of the view that is shown, and the list of all of them.

import { h, isTyping } from '../lib/dom.js';
import { icon } from '../lib/icons.js';

/** @type {[string, [string, string][]][]} */
const help = [
    ['Everywhere', [['/', 'Search, or find in the trace'], ['g s', 'Search'], ['g l', 'Live'], ['g i', 'Open a trace by its id'], ['t', 'Light, dark, as the system'], ['Esc', 'Back'], ['?', 'This help']]],
    ['In a list of traces', [['j ↓', 'Next'], ['k ↑', 'Previous'], ['Enter', 'Open'], ['f', 'Open its event flow'], ['x', 'Choose two to compare'], ['r', 'Look again'], ['p', 'Pause the live tail']]],
    ['In a comparison', [['j k', 'Next, previous row'], ['o', 'By difference, as a tree'], ['x', 'Swap the two']]],
    ['In a trace', [
        ['j ↓', 'Next span'], ['k ↑', 'Previous span'], ['→ ←', 'Unfold, fold; to the parent'], ['Enter', 'Details of the span'], ['c', 'Critical path: all, answer, none'], ['f', 'Event flow, and back'],
        ['n N', 'Next, previous hit'], ['d', 'Hide statements'], ['s', 'Hide spans of sidecars'], ['e w', 'Unfold, fold everything'], ['+ −', 'Closer, wider'], ['[ ]', 'Earlier, later'], ['0', 'The whole time'], ['y', 'Copy the address'],
    ]],
];

export function showHelp() {
    const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': 'help-title' },
        h('header', { class: 'dialog-head' }, h('h2', { id: 'help-title' }, 'Keyboard'),
            h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => dialog.close() }, icon('close'))),
        h('div', { class: 'dialog-body', tabindex: 0 }, h('div', { class: 'keys' }, help.map(([title, rows]) => h('section', {}, h('h3', {}, title),
            h('dl', {}, rows.map(([keys, text]) => h('div', {}, h('dt', {}, keys.split(' ').map((key) => h('kbd', {}, key))), h('dd', {}, text)))))))));
    const before = document.activeElement;
    dialog.addEventListener('click', (/** @type {Event} */ event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener('close', () => {
        dialog.remove();
        if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
}

/**
 * @param {Record<string, () => void>} everywhere by key; two keys in a row are `g s`
 * @param {() => Record<string, () => void>} ofView
 */
export function listenToKeys(everywhere, ofView) {
    let first = '';
    let since = 0;
    document.addEventListener('keydown', (event) => {
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
        if (isTyping(event.target)) {
            if (event.key === 'Escape') {
                // Or a search field would be emptied.
                event.preventDefault();
                /** @type {HTMLElement} */ (event.target).blur();
            }
            return;
        }
        const isSecond = first && performance.now() - since < 1500;
        const keys = { ...everywhere, ...ofView() };
        const work = (isSecond && keys[`${first} ${event.key}`]) || keys[event.key];
        [first, since] = isSecond ? ['', 0] : [event.key, performance.now()];
        if (!work) return;
        first = '';
        // Enter and Space belong to what has the focus, if that is a button or a link.
        if (['Enter', ' '].includes(event.key) && event.target instanceof Element && event.target.closest('button, a, summary, input')) return;
        event.preventDefault();
        work();
    });
}
