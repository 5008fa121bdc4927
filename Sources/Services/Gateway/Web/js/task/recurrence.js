// How a task repeats: presets, a builder, or the rule itself; with the next dates, as the service computes them.

import { debounced, fill, h, uniqueID } from '../lib/dom.js';
import { longDay, shortDay, today, weekday } from '../lib/time.js';
import { zone } from '../data/settings.js';
import { Problem, call } from '../net/http.js';
import { clearProblems, field, formError, select, showProblem } from '../ui/form.js';
import { showPopover } from '../ui/dialog.js';
import { mistake } from '../list/filterbar.js';

const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const frequencies = { DAILY: 'days', WEEKLY: 'weeks', MONTHLY: 'months', YEARLY: 'years' };

/** @param {string} date @returns {[string, string][]} */
function presets(date) {
    const day = Number(date.slice(8, 10));
    return [
        ['Every day', 'FREQ=DAILY'], ['Weekdays', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
        [`Every ${longDay(date).split(' ')[0].replace(',', '')}`, `FREQ=WEEKLY;BYDAY=${days[weekday(date)]}`],
        [`Monthly on the ${day}${['th', 'st', 'nd', 'rd'][day % 10 > 3 || Math.floor(day / 10) === 1 ? 0 : day % 10]}`, `FREQ=MONTHLY;BYMONTHDAY=${day}`],
        ['Last day of the month', 'FREQ=MONTHLY;BYMONTHDAY=-1'], ['Every year', 'FREQ=YEARLY'],
    ];
}

/** @param {string} rule */
export const parts = (rule) => Object.fromEntries(rule.replace(/^RRULE:/i, '').split(';').map((part) => part.split('=')));

/** In short words, for a button; the service says it in full. @param {any} recurrence */
export function recurrenceText(recurrence) {
    if (recurrence.description) return recurrence.description;
    const { FREQ = '', INTERVAL = '1', BYDAY } = parts(recurrence.rrule ?? '');
    const unit = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year', HOURLY: 'hour' }[/** @type {'DAILY'} */ (FREQ)] ?? 'time';
    const every = INTERVAL === '1' ? `Every ${unit}` : `Every ${INTERVAL} ${unit}s`;
    const on = BYDAY && FREQ === 'WEEKLY' ? ` on ${BYDAY.split(',').map((/** @type {string} */ day) => dayNames[days.indexOf(day)] ?? day).join(', ')}` : '';
    return every + on + (recurrence.mode === 'completion' ? ', after completion' : '');
}

/**
 * @param {HTMLElement} anchor
 * @param {{recurrence?: any, due?: import('../lib/time.js').DueTime}} task
 * @param {(recurrence: any) => Promise<boolean>} save null for none; false when it is not wanted after all
 */
export function editRecurrence(anchor, task, save) {
    const start = task.due?.local ?? today(zone());
    const now = task.recurrence ?? {};
    const rule = h('input', { class: 'input mono', value: now.rrule ?? '', placeholder: 'FREQ=WEEKLY;BYDAY=MO', spellcheck: 'false', autocomplete: 'off', required: true });
    const mode = select({ schedule: 'By the calendar', completion: 'From the day it is done' }, now.mode ?? 'schedule', () => preview());
    const skip = select({ omit: 'Leave it out', backward: 'The last day of the month', forward: 'The first of the next' }, now.skip ?? 'omit', () => preview());
    const catchUp = select({ skip_missed: 'Skip what was missed', each: 'One for each' }, now.catchUp ?? 'skip_missed', () => {});
    const next = h('div', { class: 'preview', role: 'status' });
    const interval = h('input', { type: 'number', class: 'input narrow', min: 1, max: 999, value: parts(now.rrule ?? '').INTERVAL ?? 1, 'aria-label': 'Every how many', onchange: () => build() });
    const frequency = select(frequencies, parts(now.rrule ?? '').FREQ ?? 'WEEKLY', () => build(), { 'aria-label': 'Days, weeks, months or years' });
    const boxes = days.map((day, index) => h('input', { type: 'checkbox', id: uniqueID('day'), value: day, checked: (parts(now.rrule ?? '').BYDAY ?? '').split(',').includes(day), 'aria-label': longDay(`2026-11-${16 + index}`).split(' ')[0], onchange: () => build() }));
    const week = h('div', { class: 'week', role: 'group', 'aria-label': 'On' }, boxes.map((box, index) => h('label', { for: box.id }, box, h('span', { 'aria-hidden': 'true' }, dayNames[index].slice(0, 2)))));
    const until = h('input', { type: 'date', class: 'input', value: until8601(parts(now.rrule ?? '').UNTIL), onchange: () => build() });
    const build = () => {
        const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
        rule.value = [`FREQ=${frequency.value}`, Number(interval.value) > 1 && `INTERVAL=${interval.value}`,
            frequency.value === 'WEEKLY' && chosen.length > 0 && `BYDAY=${chosen.join(',')}`, until.value && `UNTIL=${until.value.replaceAll('-', '')}`].filter(Boolean).join(';');
        preview();
    };
    /** The choices show what the rule says. @param {Record<string, string>} said */
    const sync = (said) => {
        if (said.FREQ in frequencies) frequency.value = said.FREQ;
        if (document.activeElement !== interval) interval.value = said.INTERVAL ?? '1';
        for (const box of boxes) box.checked = (said.BYDAY ?? '').split(',').includes(box.value);
        until.value = until8601(said.UNTIL);
        week.hidden = (said.FREQ ?? 'WEEKLY') !== 'WEEKLY';
    };
    const ask = debounced(async () => {
        const text = rule.value.trim();
        if (!text) return next.replaceChildren();
        sync(parts(text));
        try {
            const body = { rrule: text, start: start.slice(0, 16), skip: skip.value, count: 5, ...(task.due?.kind === 'zoned' && start.length > 10 ? { tz: task.due.tz } : {}) };
            const { data } = await call('POST', '/recurrence/preview', { body });
            clearProblems(form);
            fill(next, h('strong', {}, data.description), h('ol', {}, data.occurrences.map((/** @type {any} */ one) => h('li', {}, `${shortDay(one.local)} ${one.local.slice(0, 4)}${one.local.length > 10 ? ` ${one.local.slice(11, 16)}` : ''}`))));
        } catch (error) {
            const found = error instanceof Problem ? error.fields[0] : undefined;
            fill(next, found?.position !== undefined ? h('div', { class: 'filter-problem' }, ...mistake(text, found.position, found.detail)) : h('span', { class: 'field-error' }, found?.detail ?? /** @type {any} */ (error).message));
        }
    }, 250);
    const preview = () => ask();
    rule.addEventListener('input', preview);
    /** @param {any} value */
    const keep = async (value) => {
        try {
            clearProblems(form);
            if (await save(value)) shown.close();
        } catch (error) {
            showProblem(form, error);
        }
    };
    const form = h('form', {
        class: 'stack', onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            void keep({ rrule: rule.value.trim(), mode: mode.value, skip: skip.value, catchUp: catchUp.value });
        },
    }, h('div', { class: 'quick-days', role: 'group', 'aria-label': 'Quick choice' }, presets(start.slice(0, 10)).map(([text, value]) => h('button', { type: 'button', class: 'chip-button', onclick: () => { rule.value = value; preview(); } }, text))),
    h('div', { class: 'row' }, h('span', {}, 'Every'), interval, frequency), week, field('Until (optional)', until),
    field('Rule', rule, { pointer: '/recurrence/rrule', hint: 'RFC 5545; the choices above write it.' }), next,
    h('details', {}, h('summary', {}, 'More'), h('div', { class: 'stack pad-top' }, field('Counted', mode), field('A day that a month has not got', skip, { pointer: '/recurrence/skip' }), field('When several were missed', catchUp, { pointer: '/recurrence/catchUp' }))),
    formError(), h('div', { class: 'row end' }, task.recurrence && h('button', { type: 'button', class: 'button danger', onclick: () => void keep(null) }, 'Do not repeat'), h('button', { type: 'submit', class: 'button primary' }, 'Save')));
    const shown = showPopover(anchor, form, { label: 'Repetition', className: 'editor tall' });
    if (rule.value) preview();
}

/** @param {string | undefined} text such as `20270331` or `20270331T235959Z` */
const until8601 = (text) => (text ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}` : '');
