// How one task looks in a list.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { dateOf, deadline, dueText, longDay, today } from '../lib/time.js';
import { zone } from '../data/settings.js';

/** @typedef {import('../data/tasks.js').TodoTask} TodoTask */

/** Text with marks; ranges are of code points, as the API counts. @param {string} text @param {{start: number, length: number}[]} ranges */
export function marked(text, ranges) {
    const letters = [...text];
    const parts = [];
    let at = 0;
    for (const { start, length } of [...ranges].sort((one, other) => one.start - other.start)) {
        if (start < at || start >= letters.length) continue;
        parts.push(letters.slice(at, start).join(''), h('mark', {}, letters.slice(start, start + length).join('')));
        at = start + length;
    }
    parts.push(letters.slice(at).join(''));
    return parts;
}

/** @param {TodoTask} task */
const isLate = (task) => task.status === 'open' && task.due !== undefined && deadline(task.due, zone()) < Date.now();

/** @param {TodoTask} task */
export function dueChip(task) {
    if (!task.due) return null;
    const date = dateOf(task.due, zone());
    const now = today(zone());
    const late = isLate(task);
    const kind = late ? 'late' : date === now ? 'today' : date < now ? '' : 'soon';
    return h('span', { class: `chip due ${kind}`, title: longDay(date) }, late && h('span', { class: 'visually-hidden' }, 'overdue '),
        dueText(task.due, zone()), task.recurrence && icon('repeat', 'icon tiny'));
}

const priorityNames = { low: 'Low', medium: 'Medium', high: 'High', urgent: 'Urgent' };

/** @param {string} priority */
export const priorityName = (priority) => priorityNames[/** @type {'low'} */ (priority)] ?? 'None';

/** @param {TodoTask} task @param {boolean} showsList */
export function details(task, showsList) {
    const parts = task.subtasks && task.subtasks.total > 0 && h('span', {
        class: 'chip plain', title: `${task.subtasks.completed} of ${task.subtasks.total} subtasks done`,
    }, icon('subtasks', 'icon tiny'), `${task.subtasks.completed}/${task.subtasks.total}`);
    return [
        task.isWaiting && h('span', { class: 'chip waiting' }, 'waiting'),
        parts,
        task.description && h('span', { class: 'chip plain', title: 'Has a description' }, icon('note', 'icon tiny'), h('span', { class: 'visually-hidden' }, 'has a description')),
        (task.reminders?.length ?? 0) > 0 && h('span', { class: 'chip plain' }, icon('reminder', 'icon tiny'), h('span', { class: 'visually-hidden' }, 'has reminders')),
        ...task.tags.slice(0, 3).map((tag) => h('span', { class: 'chip tag' }, `#${tag}`)),
        task.tags.length > 3 && h('span', { class: 'chip plain' }, `+${task.tags.length - 3}`),
        showsList && task.list && h('span', { class: 'chip list' }, task.list),
        dueChip(task),
    ];
}

/**
 * A row, empty: `drawRow` fills it.
 * @param {TodoTask} task
 */
export function makeRow(task) {
    return h('div', { class: 'task-row', role: 'listitem', tabindex: -1, dataset: { id: task.id } });
}

/**
 * @param {HTMLElement} row @param {TodoTask} task
 * @param {{isSelected: boolean, isSelecting: boolean, isOpen: boolean, canDrag: boolean, showsList: boolean, highlights: any[], inTrash: boolean}} state
 */
export function drawRow(row, task, state) {
    const print = JSON.stringify([task.version, task.status, task.title, task.isWaiting, task.deletedAt, task.due, task.list, task.priority, task.tags, task.subtasks, task.reminders?.length,
        state.isSelected, state.isSelecting, state.isOpen, state.canDrag, state.highlights, today(zone()), isLate(task)]);
    // News do not take the field away from who is writing in it.
    if (row.dataset.print === print || row.querySelector('.row-edit')) return;
    row.dataset.print = print;
    const isDone = task.status === 'completed';
    row.className = `task-row${isDone ? ' done' : ''}${state.isSelected ? ' selected' : ''}${state.isOpen ? ' open' : ''}${task.isWaiting ? ' waiting' : ''} p-${task.priority}`;
    if (state.isOpen) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
    const hadFocus = row.contains(document.activeElement) && document.activeElement !== row ? /** @type {HTMLElement} */ (document.activeElement).dataset.act : null;
    fill(row,
        state.canDrag && h('span', { class: 'drag', dataset: { act: 'drag' }, 'aria-hidden': 'true' }, icon('drag')),
        state.isSelecting && h('input', { type: 'checkbox', class: 'select-box', dataset: { act: 'select' }, checked: state.isSelected, tabindex: -1, 'aria-label': `Select ${task.title}` }),
        h('button', {
            type: 'button', class: 'check', dataset: { act: 'toggle' }, tabindex: -1, disabled: state.inTrash || (task.isWaiting && task.version === 0),
            'aria-label': `${isDone ? 'Reopen' : 'Complete'} ${task.title}`, 'aria-pressed': String(isDone),
        }, icon('check')),
        h('div', { class: 'row-main', dataset: { act: 'open' } },
            h('span', { class: 'row-title', dataset: { part: 'title' } }, marked(task.title, state.highlights.filter((range) => range.field === 'title')),
                task.priority !== 'none' && h('span', { class: 'visually-hidden' }, `, priority ${priorityName(task.priority)}`),
                state.isSelected && h('span', { class: 'visually-hidden' }, ', selected')),
            snippet(task, state.highlights)),
        h('div', { class: 'row-details', dataset: { act: 'open' } }, details(task, state.showsList)),
        h('button', { type: 'button', class: 'icon-button row-more', dataset: { act: 'more' }, tabindex: -1, 'aria-label': `More for ${task.title}` }, icon('more')));
    if (hadFocus) /** @type {HTMLElement | null} */ (row.querySelector(`[data-act="${hadFocus}"]`))?.focus();
}

/** Where a search found something in the description. @param {TodoTask} task @param {any[]} highlights */
function snippet(task, highlights) {
    const found = highlights.filter((range) => range.field === 'description');
    if (found.length === 0 || !task.description) return null;
    const letters = [...task.description.replaceAll('\n', ' ')];
    const from = Math.max(0, found[0].start - 24);
    const ranges = found.map((range) => ({ start: range.start - from, length: range.length })).filter((range) => range.start < 120);
    return h('span', { class: 'row-snippet' }, from > 0 && '…', marked(letters.slice(from, from + 120).join(''), ranges));
}
