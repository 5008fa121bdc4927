// What can be done to one task from its row.

import { addDays, today, weekday } from '../lib/time.js';
import { zone } from '../data/settings.js';
import * as tasks from '../data/tasks.js';
import { confirmDialog, showMenu } from '../ui/dialog.js';
import { removeAsking } from '../task/scope.js';
import { openTask } from '../ui/router.js';

/** Quick days. @returns {[string, string | null][]} */
export function quickDays() {
    const now = today(zone());
    return [
        ['Today', now], ['Tomorrow', addDays(now, 1)], ['Weekend', addDays(now, (5 - weekday(now) + 7) % 7 || 7)],
        ['Next week', addDays(now, 7 - weekday(now))], ['No date', null],
    ];
}

/** @param {tasks.TodoTask} task @param {string | null} date keeps the time of day */
export function setDay(task, date) {
    if (date === null) return tasks.change(task, { due: null }, { done: 'No date any more' }).catch(() => {});
    const time = task.due && task.due.kind !== 'date' ? task.due.local.slice(10) : '';
    const due = task.due && time ? { ...task.due, local: date + time } : { kind: 'date', local: date, tz: null };
    return tasks.change(task, { due }, { done: 'Rescheduled' }).catch(() => {});
}

/** @param {tasks.TodoTask} task @param {string} priority */
export const setPriority = (task, priority) => tasks.change(task, { priority }, { done: 'Priority changed' }).catch(() => {});

/** @param {tasks.TodoTask} task */
export async function purge(task) {
    const yes = await confirmDialog({ title: 'Delete for good?', text: `“${task.title}” and what is below it cannot be brought back.`, yes: 'Delete for good' });
    if (yes) await tasks.purge(task);
}

/** @param {HTMLElement} anchor @param {tasks.TodoTask} task @param {import('./listpage.js').ListPage} page */
export function rowMenu(anchor, task, page) {
    if (task.deletedAt) {
        return showMenu(anchor, [
            { text: 'Restore', icon: 'undo', run: () => void tasks.restore(task).catch(() => {}) },
            { text: 'Delete for good', icon: 'trash', danger: true, run: () => void purge(task).catch(() => {}) },
        ], task.title);
    }
    const at = page.tasks().findIndex((one) => one.id === task.id);
    showMenu(anchor, [
        { text: 'Open', icon: 'note', hint: 'Enter', run: () => openTask(task.id) },
        { text: 'Edit the title', icon: 'list', hint: 'e', run: () => page.keys.edit(task) },
        { text: 'Due date', icon: 'calendar', hint: 's', run: () => dayMenu(anchor, task) },
        { text: 'Priority', icon: 'flag', hint: '1–4', run: () => priorityMenu(anchor, task) },
        page.canOrder && at > 0 && { text: 'Move up', icon: 'sort', hint: 'Alt ↑', run: () => page.shift(task.id, -1) },
        page.canOrder && at < page.tasks().length - 1 && { text: 'Move down', icon: 'sort', hint: 'Alt ↓', run: () => page.shift(task.id, 1) },
        { text: 'Delete', icon: 'trash', hint: 'Del', danger: true, run: () => void removeAsking(task).catch(() => {}) },
    ], task.title);
}

/** @param {HTMLElement} anchor @param {tasks.TodoTask} task */
export function dayMenu(anchor, task) {
    showMenu(anchor, quickDays().map(([text, date]) => ({ text, icon: 'calendar', run: () => void setDay(task, date) })), 'Due date');
}

/** @param {HTMLElement} anchor @param {tasks.TodoTask} task */
export function priorityMenu(anchor, task) {
    const names = { urgent: 'Urgent', high: 'High', medium: 'Medium', low: 'Low', none: 'None' };
    showMenu(anchor, Object.entries(names).map(([value, text]) => ({ text, checked: task.priority === value, run: () => void setPriority(task, value) })), 'Priority');
}
