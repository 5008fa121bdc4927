// What was done to a task, by whom, and the trace of each.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { agoText, dueText, localOf } from '../lib/time.js';
import { zone } from '../data/settings.js';
import { known, onTask, undo } from '../data/tasks.js';
import { call, query } from '../net/http.js';
import { priorityName } from '../list/rows.js';
import { showTrace } from '../ui/trace.js';

const verbs = {
    created: 'Created', updated: 'Changed', completed: 'Completed', reopened: 'Reopened', deleted: 'Moved to the trash', restored: 'Restored', purged: 'Deleted for good',
};
const actors = { user: 'by you', agent: 'by the assistant', service: 'by the platform', client: 'by a program' };

/** @param {string} field @param {any} value */
function valueText(field, value) {
    if (value === undefined || value === null) return 'nothing';
    if (field === 'due' || field === 'start') return dueText(value, zone());
    if (field === 'priority') return priorityName(value);
    if (Array.isArray(value)) return field === 'tags' ? value.map((tag) => `#${tag}`).join(' ') || 'nothing' : `${value.length}`;
    if (typeof value === 'object') return value.rrule ?? 'something';
    if (field === 'completedAt' || field === 'deletedAt') return localOf(new Date(value), zone()).slice(0, 16).replace('T', ' ');
    const text = String(value);
    return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

const hidden = new Set(['position', 'status', 'completedAt', 'deletedAt']);

/** @param {any} entry */
function line(entry) {
    const verb = verbs[/** @type {'created'} */ (entry.type.split('.')[2])] ?? entry.type;
    const fields = entry.type.includes('created') ? [] : entry.fields.filter((/** @type {any} */ field) => !hidden.has(field.field));
    return h('li', { class: 'event' },
        h('div', { class: 'event-head' }, h('strong', {}, verb), h('span', { class: 'muted' }, `${actors[/** @type {'user'} */ (entry.actor)] ?? entry.actor} · `, h('time', { datetime: entry.at }, agoText(entry.at, zone())))),
        fields.length > 0 && h('dl', { class: 'diff' }, fields.map((/** @type {any} */ field) => h('div', {}, h('dt', {}, field.field === 'parentId' ? 'parent' : field.field),
            h('dd', {}, h('del', {}, valueText(field.field, field.from)), ' → ', h('ins', {}, valueText(field.field, field.to)))))),
        h('div', { class: 'event-acts' },
            entry.traceId && h('button', { type: 'button', class: 'link-button', onclick: () => showTrace(entry.traceId) }, icon('trace'), 'Show trace'),
            entry.undoToken && h('button', { type: 'button', class: 'link-button', onclick: () => void undo(entry.undoToken).catch(() => {}) }, icon('undo'), 'Undo')));
}

/** @param {string} id @returns {{element: HTMLElement, close: () => void}} */
export function history(id) {
    const list = h('ol', { class: 'events' });
    const more = h('div', {});
    /** @type {any[]} */
    let entries = [];
    const show = (/** @type {string | null} */ cursor) => {
        fill(list, entries.map(line));
        fill(more, cursor && h('button', { type: 'button', class: 'button small', onclick: () => void load(cursor) }, 'Earlier'));
    };
    const load = async (/** @type {string | undefined} */ cursor) => {
        try {
            const { data } = await call('GET', `/tasks/${id}/history${query({ limit: 20, cursor })}`);
            entries = cursor ? [...entries, ...data.items] : data.items;
            show(data.nextCursor);
        } catch (error) {
            fill(list, h('li', { class: 'hint' }, /** @type {any} */ (error).message));
        }
    };
    void load(undefined);
    let version = 0;
    const end = onTask((change) => {
        const task = change.kind === 'many' ? known.get(id) : change.task;
        if (task?.id !== id || task.version === version) return;
        version = task.version;
        void load(undefined);
    });
    return { element: h('section', { class: 'part', 'aria-label': 'History' }, h('h2', {}, 'History'), list, more), close: end };
}
