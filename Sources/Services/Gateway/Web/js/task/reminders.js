// When to be reminded: so long before the task is due, or at a moment of its own.

import { h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { addDays, dayName, localOf, today } from '../lib/time.js';
import { zone } from '../data/settings.js';
import { clearProblems, field, formError, select, showProblem } from '../ui/form.js';
import { showPopover } from '../ui/dialog.js';

/** @typedef {{before: string, of?: 'due' | 'start'} | {at: string}} Reminder */

const distances = {
    PT0S: 'When it is due', PT10M: '10 minutes before', PT30M: '30 minutes before', PT1H: '1 hour before', PT3H: '3 hours before',
    P1D: '1 day before', P2D: '2 days before', P1W: '1 week before', at: 'At a time of its own…',
};

const units = { W: 'week', D: 'day', H: 'hour', M: 'minute', S: 'second' };

/** @param {any} reminder */
export function reminderText(reminder) {
    if (reminder.at) {
        const local = /Z|[+-]\d\d:\d\d$/.test(reminder.at) ? localOf(new Date(reminder.at), zone()) : reminder.at;
        return `${dayName(local.slice(0, 10), today(zone()))} ${local.slice(11, 16)}`.trim();
    }
    const parts = [...String(reminder.before).matchAll(/(\d+)([WDHMS])/g)].filter(([, count]) => Number(count) > 0)
        .map(([, count, unit]) => `${count} ${units[/** @type {'W'} */ (unit)]}${count === '1' ? '' : 's'}`);
    const base = reminder.of === 'start' ? 'start' : 'due';
    return parts.length > 0 ? `${parts.join(' ')} before${base === 'start' ? ' the start' : ''}` : base === 'start' ? 'At the start' : 'When due';
}

/** As the API takes one. @param {any} reminder */
export const plainReminder = (reminder) => (reminder.at ? { at: reminder.at } : { before: reminder.before, of: reminder.of ?? 'due' });

/**
 * @param {HTMLElement} anchor
 * @param {{reminders?: any[], due?: any}} task
 * @param {(reminders: any[]) => Promise<any>} save
 */
export function editReminders(anchor, task, save) {
    let reminders = (task.reminders ?? []).map(plainReminder);
    const list = h('ul', { class: 'plain-list' });
    const date = h('input', { type: 'date', class: 'input', value: addDays(today(zone()), 1) });
    const time = h('input', { type: 'time', class: 'input', value: '09:00' });
    const moment = h('div', { class: 'two' }, field('Date', date), field('Time', time));
    const options = task.due ? distances : { at: distances.at };
    const kind = select(options, Object.keys(options)[0], () => show());
    const show = () => {
        moment.hidden = kind.value !== 'at';
        list.replaceChildren(...reminders.map((reminder, index) => h('li', { class: 'line' }, icon('reminder'), h('span', { class: 'grow' }, reminderText(reminder)),
            h('button', { type: 'button', class: 'icon-button', 'aria-label': `Remove ${reminderText(reminder)}`, onclick: () => void keep(reminders.filter((_, place) => place !== index)) }, icon('close')))));
    };
    /** @param {any[]} wanted */
    const keep = async (wanted) => {
        try {
            clearProblems(form);
            await save(wanted);
            reminders = wanted;
            show();
        } catch (error) {
            showProblem(form, error);
        }
    };
    const form = h('form', {
        class: 'stack', onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            const added = kind.value === 'at' ? { at: `${date.value}T${time.value}` } : { before: kind.value, of: 'due' };
            if (!reminders.some((other) => JSON.stringify(other) === JSON.stringify(added))) void keep([...reminders, added]);
        },
    }, list, !task.due && h('p', { class: 'hint' }, 'A task with a due date can also remind some time before it.'),
    h('div', { dataset: { pointer: '/reminders' } }, field('Remind me', kind), h('span', { class: 'field-error', hidden: true })), moment, formError(),
    h('div', { class: 'row end' }, h('button', { type: 'submit', class: 'button primary' }, 'Add')));
    show();
    showPopover(anchor, form, { label: 'Reminders', className: 'editor' });
}
