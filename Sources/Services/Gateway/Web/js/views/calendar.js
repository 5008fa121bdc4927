// A month of due dates.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { onTick } from '../lib/ticks.js';
import { addDays, dateOf, longDay, monthName, timeOf, today, weekday, weekdays } from '../lib/time.js';
import { onBack, onReset } from '../data/live.js';
import { settings, zone } from '../data/settings.js';
import { change, fetchTask, known, onTask } from '../data/tasks.js';
import { call, query } from '../net/http.js';
import { Action } from '../net/trace.js';
import { failure } from '../list/listpage.js';
import { quickAdd } from '../list/quickadd.js';
import { dueChip } from '../list/rows.js';
import { showDialog } from '../ui/dialog.js';
import { go, openTask } from '../ui/router.js';

/** @param {string} month @param {number} step */
function monthAfter(month, step) {
    const [year, number] = month.split('-').map(Number);
    return new Date(Date.UTC(year, number - 1 + step, 1)).toISOString().slice(0, 7);
}

export class CalendarView {
    #ends;
    /** @type {Map<string, any[]>} */
    #days = new Map();
    #timer = 0;
    #today = today(zone());

    /** @param {string} month */
    constructor(month) {
        this.month = /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? month : today(zone()).slice(0, 7);
        this.body = h('div', { class: 'calendar-body' });
        this.element = h('section', { class: 'list-page calendar', 'aria-label': 'Calendar' },
            h('header', { class: 'list-head' }, h('h1', {}, monthName(this.month)), h('span', { class: 'grow' }),
                h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Month before', onclick: () => this.#go(-1) }, icon('left')),
                h('button', { type: 'button', class: 'button quiet', onclick: () => go('/app/calendar') }, 'Today'),
                h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Next month', onclick: () => this.#go(1) }, icon('right'))), this.body);
        this.#ends = [onReset(() => this.#later()), onTask(() => this.#later()), onBack(() => { if (this.isBehind) this.#later(); })];
        this.show();
        void this.load();
        this.#ends.push(onTick(() => this.#tick()));
    }

    /** Time passes: another day is today. */
    #tick() {
        const now = today(zone());
        if (now === this.#today) return;
        this.#today = now;
        this.show();
    }

    close() {
        clearTimeout(this.#timer);
        for (const end of this.#ends) end();
    }

    /** @param {number} step */
    #go(step) {
        go(`/app/calendar/${monthAfter(this.month, step)}`);
    }

    #later() {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.load(true), 300);
    }

    get #start() {
        const first = weekdays.indexOf(settings.value.weekStart);
        const day = `${this.month}-01`;
        return addDays(day, -((weekday(day) - first + 7) % 7));
    }

    /** @param {boolean} [isBackground] whether nobody asked for it */
    async load(isBackground = false) {
        const action = new Action('view.open', isBackground);
        const from = this.#start;
        const filter = `due >= ${from} AND due <= ${addDays(from, 41)}`;
        try {
            const days = new Map();
            let cursor;
            for (let page = 0; page < 6; page += 1) {
                const { data } = await call('GET', `/tasks${query({ filter, sort: 'due', limit: 100, cursor, fields: 'title,due,status,priority,version' })}`, { action });
                for (const task of data.items) {
                    const date = dateOf(task.due, zone());
                    days.set(date, [...days.get(date) ?? [], task]);
                }
                cursor = data.nextCursor;
                if (!cursor) break;
            }
            action.end();
            this.#days = days;
            this.isBehind = false;
            this.show();
        } catch (error) {
            action.end('error');
            this.isBehind = true;
            // A month that was read is better than none.
            if (!isBackground) fill(this.body, failure(error, () => this.load()));
        }
    }

    show() {
        const now = today(zone());
        const start = this.#start;
        const focused = this.body.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.date : null;
        const rows = Array.from({ length: 6 }, (_, week) => Array.from({ length: 7 }, (_day, day) => addDays(start, week * 7 + day)));
        const current = focused ?? (now.startsWith(this.month) ? now : `${this.month}-01`);
        fill(this.body, h('table', { class: 'month', 'aria-label': monthName(this.month), onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) },
            h('thead', {}, h('tr', {}, rows[0].map((date) => h('th', { scope: 'col' }, h('span', { 'aria-hidden': 'true' }, longDay(date).slice(0, 3)), h('span', { class: 'visually-hidden' }, longDay(date).split(' ')[0]))))),
            h('tbody', {}, rows.map((row) => h('tr', {}, row.map((date) => this.#cell(date, now, current)))))));
        if (focused) /** @type {HTMLElement | null} */ (this.body.querySelector(`[data-date="${focused}"]`))?.focus();
    }

    /** @param {string} date @param {string} now @param {string} current */
    #cell(date, now, current) {
        const tasks = this.#days.get(date) ?? [];
        const open = tasks.filter((task) => task.status === 'open').length;
        const shown = tasks.slice(0, tasks.length > 4 ? 3 : 4);
        return h('td', {
            class: `${date.startsWith(this.month) ? '' : 'outside'}${date === now ? ' now' : ''}`, dataset: { day: date },
            ondragover: (/** @type {DragEvent} */ event) => event.preventDefault(),
            ondrop: (/** @type {DragEvent} */ event) => { event.preventDefault(); void this.#drop(event.dataTransfer?.getData('text/x-task') ?? '', date); },
        }, h('button', {
            type: 'button', class: 'day', dataset: { date }, tabindex: date === current ? 0 : -1, 'aria-current': date === now ? 'date' : undefined,
            'aria-label': `${longDay(date)}, ${open === 1 ? '1 open task' : `${open} open tasks`}`, onclick: () => this.#openDay(date),
        }, h('span', { class: 'day-number' }, Number(date.slice(8)))),
        h('ul', { class: 'day-tasks' }, shown.map((task) => h('li', {}, h('button', {
            type: 'button', tabindex: -1, draggable: 'true', class: `day-task p-${task.priority}${task.status === 'completed' ? ' done' : ''}`, onclick: () => openTask(task.id),
            ondragstart: (/** @type {DragEvent} */ event) => event.dataTransfer?.setData('text/x-task', task.id),
        }, timeOf(task.due, zone()) && h('span', { class: 'day-time' }, timeOf(task.due, zone())), h('span', { class: 'clip' }, task.title)))),
        tasks.length > shown.length && h('li', { class: 'day-more' }, `+${tasks.length - shown.length}`)));
    }

    /** What the month knows of a task is not all of it: it is read before it is changed. @param {string} id @param {string} date */
    async #drop(id, date) {
        const task = id ? await fetchTask(id) ?? known.get(id) : null;
        if (!task?.due || dateOf(task.due, zone()) === date) return;
        // By so many days: in its own zone it may be another date.
        const days = (Date.parse(date) - Date.parse(dateOf(task.due, zone()))) / 86_400_000;
        const due = { ...task.due, local: addDays(task.due.local, days) + task.due.local.slice(10), tz: task.due.tz ?? null };
        await change(task, { due }, { done: 'Rescheduled' }).catch(() => {});
    }

    /** @param {string} date */
    #openDay(date) {
        const add = quickAdd(() => ({ due: { kind: 'date', local: date } }), { placeholder: 'Add a task on this day' });
        const tasks = this.#days.get(date) ?? [];
        const shown = showDialog({
            title: longDay(date),
            content: h('div', { class: 'stack' }, add.element, h('ul', { class: 'plain-list' }, tasks.map((task) => h('li', { class: 'line' }, h('button', { type: 'button', class: 'sub-title', onclick: () => { shown.close(); openTask(task.id); } }, task.title), dueChip(task)))), tasks.length === 0 && h('p', { class: 'hint' }, 'Nothing is due on this day.')),
        });
        add.focus();
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const date = event.target instanceof HTMLElement ? event.target.dataset.date : undefined;
        const steps = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 });
        if (!date) return;
        if (event.key === 'PageUp' || event.key === 'PageDown') this.#go(event.key === 'PageUp' ? -1 : 1);
        else if (event.key in steps) {
            const next = this.body.querySelector(`[data-date="${addDays(date, steps[event.key])}"]`);
            if (!(next instanceof HTMLElement)) return;
            event.target instanceof HTMLElement && event.target.setAttribute('tabindex', '-1');
            next.setAttribute('tabindex', '0');
            next.focus();
        } else return;
        event.preventDefault();
    }
}
