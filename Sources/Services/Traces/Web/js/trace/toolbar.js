// What one does to a waterfall: find, hide, fold, look closer.

import { debounced, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';

/** Where a critical path ends. @type {Record<string, string>} */
export const pathNames = { flow: 'to the last effect', answer: 'to the answer' };

/**
 * @param {{find: (text: string) => void, step: (by: number) => void, path: () => void, statements: () => void, sidecars: () => void, unfold: () => void, fold: () => void, closer: () => void, wider: () => void, whole: () => void}} hands
 */
export function toolbar(hands) {
    const field = h('input', { class: 'input', type: 'search', 'aria-label': 'Find in the trace', placeholder: 'Find in the trace', autocomplete: 'off', spellcheck: 'false', maxlength: 200 });
    const hits = h('span', { class: 'hint nowrap', role: 'status' });
    const find = debounced(() => hands.find(field.value), 120);
    field.addEventListener('input', find);
    field.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter') {
            event.preventDefault();
            hands.find(field.value);
            hands.step(event.shiftKey ? -1 : 1);
        }
    });
    const toggle = (/** @type {string} */ text, /** @type {string} */ key, /** @type {() => void} */ work, /** @type {string} */ picture = '') => h('button', { type: 'button', class: 'button', 'aria-pressed': 'false', title: `${text} (${key})`, onclick: work }, picture && icon(picture), h('span', {}, text.startsWith('Hide ') && h('span', { class: 'wide-only' }, 'Hide '), text.replace('Hide ', '')));
    const button = (/** @type {string} */ label, /** @type {string} */ key, /** @type {string} */ picture, /** @type {() => void} */ work) => h('button', { type: 'button', class: 'icon-button', 'aria-label': label, title: `${label} (${key})`, onclick: work }, icon(picture));
    const path = toggle('Critical path', 'c', hands.path, 'path');
    const pathEnd = h('span', { class: 'wide-only' });
    path.append(pathEnd);
    const statements = toggle('Hide statements', 'd', hands.statements);
    const sidecars = toggle('Hide sidecars', 's', hands.sidecars);
    const element = h('div', { class: 'tools', role: 'toolbar', 'aria-label': 'Waterfall' },
        h('div', { class: 'finder' }, field, hits, button('Previous hit', 'N', 'up', () => hands.step(-1)), button('Next hit', 'n', 'down', () => hands.step(1))),
        path, statements, sidecars, h('span', { class: 'grow' }),
        h('div', { class: 'tool-group' }, button('Unfold everything', 'e', 'down', hands.unfold), button('Fold everything', 'w', 'right', hands.fold)),
        h('div', { class: 'tool-group wide-only' }, button('Closer', '+', 'zoom', hands.closer), button('The whole time', '0', 'all', hands.whole)));
    return {
        element,
        focus: () => { field.focus(); field.select(); },
        text: () => field.value,
        /** @param {string} text */
        found: (text) => { hits.textContent = text; },
        /** @param {{path: string, statements: boolean, sidecars: boolean}} state */
        show(state) {
            path.setAttribute('aria-pressed', String(Boolean(state.path)));
            pathEnd.textContent = pathNames[state.path] ?? '';
            statements.setAttribute('aria-pressed', String(state.statements));
            sidecars.setAttribute('aria-pressed', String(state.sidecars));
        },
    };
}
