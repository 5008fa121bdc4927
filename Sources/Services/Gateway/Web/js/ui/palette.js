// The command palette: everything by name, and tasks by their words.

import { announce, debounced, fill, h, uniqueID } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { lists, filters } from '../data/collections.js';
import { call, query } from '../net/http.js';
import { showDialog } from './dialog.js';
import { go, openTask, path } from './router.js';

/** @typedef {{text: string, icon: string, hint?: string, run: () => void}} Command */

/** @param {Command[]} commands */
export function showPalette(commands) {
    if (document.querySelector('.palette')) return;
    const all = [
        ...commands,
        ...lists.value.filter((list) => !list.archivedAt).map((list) => ({ text: list.name, icon: 'list', hint: 'List', run: () => go(path('list', list.name)) })),
        ...filters.value.map((saved) => ({ text: saved.name, icon: 'filter', hint: 'Filter', run: () => go(path('filter', saved.id)) })),
    ];
    const listID = uniqueID('options');
    const input = h('input', {
        class: 'palette-input', placeholder: 'Type a command or search tasks…', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': listID,
        'aria-label': 'Command or task', autocomplete: 'off', spellcheck: 'false',
    });
    const options = h('div', { class: 'palette-list', role: 'listbox', id: listID, 'aria-label': 'Matches' });
    const shown = showDialog({ title: 'Command palette', hasNoTitle: true, className: 'palette', content: [h('div', { class: 'palette-head' }, icon('search'), input), options] });
    /** @type {Command[]} */
    let matches = [];
    let chosen = 0;

    const show = () => {
        fill(options, matches.map((command, place) => h('div', {
            role: 'option', id: `${listID}-${place}`, class: 'palette-option', 'aria-selected': String(place === chosen),
            onclick: () => run(command), onpointermove: () => { if (chosen !== place) choose(place); },
        }, icon(command.icon), h('span', { class: 'grow clip' }, command.text), command.hint && h('span', { class: 'palette-hint' }, command.hint))),
        matches.length === 0 && h('p', { class: 'hint pad' }, 'Nothing matches.'));
        choose(chosen);
    };
    /** @param {number} place */
    const choose = (place) => {
        chosen = Math.max(0, Math.min(place, matches.length - 1));
        [...options.children].forEach((option, index) => option.setAttribute('aria-selected', String(index === chosen)));
        options.children[chosen]?.scrollIntoView({ block: 'nearest' });
        if (matches.length > 0) input.setAttribute('aria-activedescendant', `${listID}-${chosen}`);
    };
    /** @param {Command} command */
    const run = (command) => {
        shown.close();
        command.run();
    };
    const find = debounced(async (/** @type {string} */ text) => {
        try {
            const { data } = await call('GET', `/tasks/search${query({ q: text, limit: 8, fields: 'title,list' })}`);
            if (input.value.trim() !== text) return;
            matches = [...matches.filter((match) => match.icon !== 'all' || match.hint !== 'Task'), ...data.items.map((/** @type {any} */ task) => ({
                text: task.title, icon: 'all', hint: 'Task', run: () => openTask(task.id),
            }))];
            show();
            announce(`${matches.length} matches`);
        } catch {
            // The commands are there all the same.
        }
    }, 180);
    input.addEventListener('input', () => {
        const text = input.value.trim().toLocaleLowerCase();
        matches = all.filter((command) => text.split(/\s+/).every((word) => command.text.toLocaleLowerCase().includes(word)));
        chosen = 0;
        show();
        if (text.length > 1) find(input.value.trim());
    });
    input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'ArrowDown') choose((chosen + 1) % Math.max(1, matches.length));
        else if (event.key === 'ArrowUp') choose((chosen - 1 + matches.length) % Math.max(1, matches.length));
        else if (event.key === 'Enter' && matches[chosen]) run(matches[chosen]);
        else return;
        event.preventDefault();
    });
    matches = all;
    show();
    input.focus();
}
