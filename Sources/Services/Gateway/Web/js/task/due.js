// When a task is due: quick days, a date, a time, and whose clock the time is of.

import { announce, h } from '../lib/dom.js';
import { browserZone, dueText, today } from '../lib/time.js';
import { zone } from '../data/settings.js';
import { clearProblems, field, formError, select, showProblem } from '../ui/form.js';
import { showPopover } from '../ui/dialog.js';
import { quickDays } from '../list/rowmenu.js';

/** @typedef {import('../lib/time.js').DueTime} DueTime */

/** Zones by name; the reader's own first. */
export function zoneNames() {
    const all = 'supportedValuesOf' in Intl ? Intl.supportedValuesOf('timeZone') : [];
    return [...new Set([zone(), browserZone, 'UTC', ...all])];
}

/** @param {Record<string, any>} due as the API takes it: a merge patch must say that the zone is gone */
export const patchOf = (due) => ({ kind: due.kind, local: due.local, tz: due.tz ?? null });

/**
 * @param {HTMLElement} anchor
 * @param {DueTime | undefined} due
 * @param {(due: any) => Promise<boolean>} save null for none; false when it is not wanted after all
 * @param {{title?: string}} [options]
 */
export function editDue(anchor, due, save, { title = 'Due' } = {}) {
    const date = h('input', { type: 'date', class: 'input', value: due?.local.slice(0, 10) ?? today(zone()), required: true });
    const time = h('input', { type: 'time', class: 'input', value: due && due.kind !== 'date' ? due.local.slice(11, 16) : '' });
    const kind = select({ zoned: 'At this moment, wherever I am', floating: 'At this time of day, wherever I am' }, due?.kind === 'floating' ? 'floating' : 'zoned', () => show());
    const place = h('select', { class: 'input' }, zoneNames().map((name) => h('option', { value: name, selected: name === (due?.tz ?? zone()) }, name)));
    const kindField = field('Time of', kind);
    const placeField = field('Time zone', place, { pointer: `/${title.toLowerCase()}/tz` });
    const show = () => {
        kindField.hidden = !time.value;
        placeField.hidden = !time.value || kind.value !== 'zoned';
    };
    time.addEventListener('input', show);
    show();
    /** @param {any} value */
    const keep = async (value) => {
        try {
            clearProblems(form);
            if (!await save(value)) return;
            shown.close();
            announce(value ? `${title} ${dueText(value, zone())}` : `No ${title.toLowerCase()} date`);
        } catch (error) {
            showProblem(form, error);
        }
    };
    const form = h('form', {
        class: 'stack', onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            if (!time.value) void keep({ kind: 'date', local: date.value });
            else if (kind.value === 'floating') void keep({ kind: 'floating', local: `${date.value}T${time.value}` });
            else void keep({ kind: 'zoned', local: `${date.value}T${time.value}`, tz: place.value });
        },
    }, h('div', { class: 'quick-days', role: 'group', 'aria-label': 'Quick choice' }, quickDays().map(([text, day]) => h('button', {
        type: 'button', class: 'chip-button', onclick: () => {
            if (day === null) return void keep(null);
            date.value = day;
            form.requestSubmit();
        },
    }, text))),
    h('div', { class: 'two' }, field('Date', date, { pointer: `/${title.toLowerCase()}/local` }), field('Time (optional)', time)), kindField, placeField, formError(),
    h('div', { class: 'row end' }, h('button', { type: 'submit', class: 'button primary' }, 'Save')));
    const shown = showPopover(anchor, form, { label: `${title} date`, className: 'editor' });
}
