// A question in the filter language: with its grammar at hand, and mistakes shown where they are.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { loadFilters } from '../data/collections.js';
import { call } from '../net/http.js';
import { Action } from '../net/trace.js';
import { promptDialog, showDialog } from '../ui/dialog.js';
import { go, path } from '../ui/router.js';

/** @type {[string, string][]} */
const examples = [
    ['today OR overdue', 'what is due now'],
    ['due <= friday AND priority >= high', 'important this week'],
    ['#home !urgent', 'tag and priority'],
    ['list = "Side project" AND NOT has:due', 'unplanned in one list'],
    ['due > now+2h AND due < eow', 'from two hours on, to the end of the week'],
    ['created >= today-7d', 'new in the last seven days'],
    ['text: invoice', 'words in title or description'],
    ['tag in (home, garden)', 'any of some tags'],
];

/** @param {(filter: string) => void} use */
export function showFilterHelp(use) {
    const shown = showDialog({
        title: 'Filters',
        className: 'wide',
        content: h('div', { class: 'stack' },
            h('p', {}, 'Words beside each other must all be true; join them with OR, NOT and parentheses.'),
            h('ul', { class: 'filter-examples' }, examples.map(([text, means]) => h('li', {},
                h('button', { type: 'button', class: 'code-button', onclick: () => { shown.close(); use(text); } }, text), h('span', {}, means)))),
            h('dl', { class: 'facts' },
                h('div', {}, h('dt', {}, 'Fields'), h('dd', {}, 'status, priority, tag, list, due, start, created, updated, completed, title, text, parent, template, has:, is:')),
                h('div', {}, h('dt', {}, 'Moments'), h('dd', {}, 'today, tomorrow, monday, sow, eow, som, eom, 2026-12-01, now+2h, today-7d')),
                h('div', {}, h('dt', {}, 'Short'), h('dd', {}, 'overdue, upcoming, open, completed, #tag, @list, !high, p1 to p4, "exact words"')))),
    });
}

/** The filter with its mistake marked. @param {string} text @param {number} position in code points @param {string} detail */
export function mistake(text, position, detail) {
    const letters = [...text];
    const rest = letters.slice(position).join('');
    const word = /^\S+/.exec(rest)?.[0] ?? '';
    return [
        h('code', { class: 'filter-echo' }, letters.slice(0, position).join(''), h('mark', { class: 'mistake' }, word || '\u00a0'), rest.slice(word.length)),
        h('span', {}, detail),
    ];
}

/**
 * @param {{value: string, sort: string, change: (filter: string) => void}} options
 */
export function filterBar({ value, sort, change }) {
    const input = h('input', { class: 'input filter-input', value, 'aria-label': 'Filter', placeholder: 'due <= friday AND #home', spellcheck: 'false', autocapitalize: 'none', autocomplete: 'off', 'aria-describedby': 'filter-problem' });
    const problem = h('div', { class: 'filter-problem', id: 'filter-problem', role: 'alert', hidden: true });
    const use = (/** @type {string} */ text) => { input.value = text; change(text); };
    const form = h('form', { class: 'filter-bar', role: 'search', 'aria-label': 'Filter', onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); change(input.value.trim()); } },
        icon('filter'), input,
        h('button', { type: 'submit', class: 'button small' }, 'Apply'),
        h('button', { type: 'button', class: 'button small', onclick: () => void save() }, 'Save'),
        h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Help with filters', onclick: () => showFilterHelp(use) }, icon('help')),
        problem);
    const save = async () => {
        const filter = input.value.trim();
        if (!filter) return;
        const name = await promptDialog({ title: 'Save the filter', label: 'Name', yes: 'Save', hint: 'It appears in the sidebar, and as saved:NAME in the API.' });
        if (!name) return;
        const action = new Action('filter.save');
        try {
            const { data } = await call('POST', '/filters', { body: { name, filter, sort }, action });
            action.end();
            await loadFilters();
            go(path('filter', data.id));
        } catch (error) {
            action.end('error');
            show(error);
        }
    };
    /** @param {any} error */
    const show = (error) => {
        const field = error?.fields?.[0];
        problem.hidden = !error;
        input.toggleAttribute('aria-invalid', Boolean(error));
        if (!error) return;
        if (field?.position === undefined) fill(problem, field ? `${field.pointer.slice(1)} ${field.detail}` : error.message);
        else fill(problem, ...mistake(input.value, field.position, field.detail));
    };
    return { element: form, show, focus: () => input.focus() };
}
