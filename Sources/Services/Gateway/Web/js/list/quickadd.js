// A new task in one line of plain words, with chips of what was understood while one types.

import { announce, debounced, fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { dueText } from '../lib/time.js';
import { zone } from '../data/settings.js';
import { create } from '../data/tasks.js';
import { call } from '../net/http.js';
import { reminderText } from '../task/reminders.js';
import { priorityName } from './rows.js';

/** As the API takes it. @param {{before?: string, at?: string}} parsed */
const asReminder = ({ before, at }) => (before ? { before, of: 'due' } : { at });

/** A parsed phrase as the body of a create. @param {any} parsed @param {Record<string, any>} given @param {Set<string>} refused */
export function bodyOf(parsed, given, refused) {
    /** @type {Record<string, any>} */
    const body = { title: parsed.title };
    const takes = (/** @type {string} */ part) => !refused.has(part);
    if (parsed.due && takes('due')) body.due = parsed.due;
    if (parsed.priority && parsed.priority !== 'none' && takes('priority')) body.priority = parsed.priority;
    if (parsed.tags?.length && takes('tags')) body.tags = [...new Set([...given.tags ?? [], ...parsed.tags])];
    if (parsed.list && takes('list')) body.list = parsed.list;
    if (parsed.recurrence && body.due && takes('recurrence')) {
        const { rrule, skip, mode } = parsed.recurrence;
        body.recurrence = { rrule, skip, mode };
    }
    if (parsed.reminders?.length && takes('reminders')) {
        const hasDue = body.due ?? given.due;
        body.reminders = parsed.reminders.map(asReminder).filter((/** @type {any} */ reminder) => hasDue || reminder.at);
    }
    return { ...given, ...body };
}

/** @param {any} parsed @param {Set<string>} refused @param {(part: string) => void} refuse */
function chips(parsed, refused, refuse) {
    /** @type {[string, string, string][]} */
    const found = [];
    if (parsed.due) found.push(['due', 'calendar', dueText(parsed.due, zone())]);
    if (parsed.recurrence) found.push(['recurrence', 'repeat', parsed.recurrence.description]);
    for (const reminder of parsed.reminders ?? []) {
        found.push(['reminders', 'reminder', reminderText(asReminder(reminder))]);
    }
    if (parsed.priority && parsed.priority !== 'none') found.push(['priority', 'flag', priorityName(parsed.priority)]);
    for (const tag of parsed.tags ?? []) found.push(['tags', 'tag', `#${tag}`]);
    if (parsed.list) found.push(['list', 'list', parsed.list]);
    return found.filter(([part]) => !refused.has(part)).map(([part, name, text]) => h('span', { class: `chip parsed ${part}` }, icon(name, 'icon tiny'), text,
        h('button', { type: 'button', 'aria-label': `Without ${text}`, onclick: () => refuse(part) }, icon('close', 'icon tiny'))));
}

/**
 * @param {() => Record<string, any>} given what a task has because of where it is added
 * @param {{placeholder?: string}} [options]
 */
export function quickAdd(given, { placeholder = 'Add a task: “Pay rent every month on the 1st 9am #home !high”' } = {}) {
    const input = h('input', {
        class: 'quick-input', placeholder, 'aria-label': 'New task', autocomplete: 'off', maxlength: 1000, enterkeyhint: 'done',
    });
    const place = h('div', { class: 'quick-chips', 'aria-label': 'What was understood', role: 'group', hidden: true });
    const error = h('p', { class: 'quick-error', role: 'alert', hidden: true });
    /** @type {any} */
    let parsed = null;
    /** @type {Set<string>} */
    let refused = new Set();
    /** @type {AbortController | undefined} */
    let asking;

    const show = () => {
        const shown = parsed ? chips(parsed, refused, (part) => { refused.add(part); show(); input.focus(); }) : [];
        fill(place, ...shown);
        place.hidden = shown.length === 0;
    };
    /** @param {string} text */
    const ask = async (text, /** @type {AbortSignal | undefined} */ signal = undefined) =>
        (await call('POST', '/parse', { body: { text, tz: zone() }, signal })).data;
    const understand = debounced(async (/** @type {string} */ text) => {
        try {
            asking?.abort();
            asking = new AbortController();
            const answer = await ask(text, asking.signal);
            if (input.value.trim() !== text) return;
            parsed = { ...answer, text };
            show();
        } catch {
            // Without an answer the words are the title.
        }
    }, 220);
    input.addEventListener('input', () => {
        error.hidden = true;
        const text = input.value.trim();
        if (!text) {
            parsed = null;
            refused = new Set();
            understand.cancel();
            return show();
        }
        understand(text);
    });
    const add = async () => {
        const text = input.value.trim();
        if (!text) return;
        understand.cancel();
        let found = parsed?.text === text ? parsed : null;
        const without = refused;
        input.value = '';
        parsed = null;
        refused = new Set();
        show();
        try {
            found ??= await ask(text).catch((reason) => (reason?.name === 'Unreachable' ? { title: text } : Promise.reject(reason)));
            const body = bodyOf(found, given(), without);
            if (!body.title) body.title = text;
            const made = await create(body);
            announce(made ? `Added ${made.title}` : 'Kept to be sent later');
        } catch (reason) {
            input.value = input.value || text;
            error.textContent = problemText(reason);
            error.hidden = false;
            input.focus();
        }
    };
    const form = h('form', { class: 'quick-add', onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); void add(); } },
        h('div', { class: 'quick-line' }, h('span', { class: 'quick-plus' }, icon('plus')), input,
            h('button', { class: 'button primary small', type: 'submit' }, 'Add')), place, error);
    return { element: form, focus: () => input.focus() };
}

/** @param {any} reason */
const problemText = (reason) => (reason?.fields?.length
    ? reason.fields.map((/** @type {any} */ field) => `${field.pointer.slice(1)} ${field.detail}`).join('. ') : reason?.message ?? 'That did not work.');
