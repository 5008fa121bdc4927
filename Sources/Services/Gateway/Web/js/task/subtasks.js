// The parts of a task.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { onReset } from '../data/live.js';
import * as tasks from '../data/tasks.js';
import { TaskView } from '../data/view.js';
import { dueChip } from '../list/rows.js';
import { openTask } from '../ui/router.js';

/** @param {tasks.TodoTask} task @returns {{element: HTMLElement, close: () => void}} */
export function subtasks(task) {
    const view = new TaskView({
        key: `parts/${task.id}`, filter: `parent = ${task.id}`, sort: 'position', holds: (one) => one.parentId === task.id && !one.deletedAt,
    });
    const list = h('ul', { class: 'subtasks' });
    const input = h('input', { class: 'input', placeholder: 'Add a subtask', 'aria-label': 'New subtask', maxlength: 500, autocomplete: 'off' });
    const form = h('form', {
        class: 'sub-add', onsubmit: async (/** @type {Event} */ event) => {
            event.preventDefault();
            const title = input.value.trim();
            if (!title) return;
            input.value = '';
            await tasks.perform({ name: 'task.create', done: 'Subtask added', method: 'POST', path: '/tasks', body: { title, parentId: task.id }, isQuiet: true }).catch(() => { input.value = title; });
        },
    }, icon('plus'), input);
    const title = h('h2', {});
    view.addEventListener('change', () => {
        const done = view.items.filter((one) => one.status === 'completed').length;
        title.textContent = view.items.length > 0 ? `Subtasks ${done}/${view.items.length}` : 'Subtasks';
        fill(list, view.items.map((one) => h('li', { class: `sub${one.status === 'completed' ? ' done' : ''}` },
            h('button', { type: 'button', class: 'check', 'aria-pressed': String(one.status === 'completed'), 'aria-label': `${one.status === 'open' ? 'Complete' : 'Reopen'} ${one.title}`, onclick: () => void tasks.toggle(one).catch(() => {}) }, icon('check')),
            h('button', { type: 'button', class: 'sub-title', onclick: () => openTask(one.id) }, one.title), dueChip(one))));
    });
    const end = onReset(() => view.reload());
    void view.load();
    return { element: h('section', { class: 'part', 'aria-label': 'Subtasks' }, title, list, form), close: () => { end(); view.close(); } };
}
