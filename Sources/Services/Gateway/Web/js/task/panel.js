// One task, whole: everything about it can be changed where it stands.

import { debounced, fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { dueText } from '../lib/time.js';
import { lists, tags } from '../data/collections.js';
import { zone } from '../data/settings.js';
import * as tasks from '../data/tasks.js';
import { changeText } from '../data/texts.js';
import { dueChip, priorityName } from '../list/rows.js';
import { priorityMenu } from '../list/rowmenu.js';
import { promptDialog, showMenu } from '../ui/dialog.js';
import { openTask } from '../ui/router.js';
import { editDue, patchOf } from './due.js';
import { history } from './history.js';
import { editRecurrence, recurrenceText } from './recurrence.js';
import { editReminders, reminderText } from './reminders.js';
import { askScope } from './scope.js';
import { subtasks } from './subtasks.js';
import { saveAsTemplate } from '../views/templates.js';

/** @typedef {import('../data/tasks.js').TodoTask} TodoTask */

export class TaskPanel {
    /** @type {(() => void)[]} */
    #ends = [];
    /** @type {TodoTask | undefined} */
    task;

    /** @param {string} id */
    constructor(id) {
        this.id = id;
        this.element = h('aside', { class: 'panel', 'aria-label': 'Task' }, h('div', { class: 'pad skeleton' }, h('div', { class: 'skeleton-row' }, h('i'), h('b'))));
        this.element.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
            if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector(':popover-open, dialog[open]')) return;
            event.stopPropagation();
            this.shut();
        });
        this.#ends.push(tasks.onTask((change) => {
            if (change.id !== id) return;
            if (change.kind === 'gone') this.#gone();
            else if (change.task) this.show(change.task);
        }));
        void this.#open();
    }

    async #open() {
        const held = tasks.known.get(this.id);
        if (held) this.show(held);
        const task = await tasks.fetchTask(this.id);
        if (task && !held) this.show(task);
        else if (!task && !held) this.#gone();
    }

    close() {
        for (const end of this.#ends) end();
    }

    shut() {
        openTask(null);
        /** @type {HTMLElement | null} */ (document.querySelector(`.task-row[data-id="${this.id}"]`))?.focus();
    }

    #gone() {
        fill(this.element, h('div', { class: 'panel-head' }, h('span', { class: 'grow' }), this.#closeButton()), h('div', { class: 'empty' }, h('h2', {}, 'This task is gone'), h('p', {}, 'It was deleted, or never was yours.')));
    }

    #closeButton() {
        return h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close the task', onclick: () => this.shut() }, icon('close'));
    }

    /** @param {TodoTask} task */
    show(task) {
        const isFirst = !this.task;
        this.task = task;
        if (isFirst) this.#build();
        this.#update();
    }

    /** The one that is newest. @returns {TodoTask} */
    get now() {
        return tasks.known.get(this.id) ?? /** @type {TodoTask} */ (this.task);
    }

    #build() {
        const task = this.now;
        this.check = h('button', { type: 'button', class: 'check large', onclick: () => void tasks.toggle(this.now).catch(() => {}) }, icon('check'));
        this.title = h('textarea', { class: 'panel-title', rows: 1, maxlength: 500, 'aria-label': 'Title', spellcheck: 'true' });
        this.title.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
            if (event.key === 'Enter') { event.preventDefault(); this.title.blur(); }
            if (event.key === 'Escape') this.title.value = this.now.title;
        });
        this.title.addEventListener('change', () => this.#saveText('title', this.title.value.replaceAll('\n', ' ').trim()));
        this.text = h('textarea', { class: 'panel-text', rows: 3, 'aria-label': 'Description', placeholder: 'Notes…' });
        const later = debounced(() => this.#saveText('description', this.text.value), 1200);
        this.text.addEventListener('input', later);
        this.text.addEventListener('change', () => { later.cancel(); this.#saveText('description', this.text.value); });
        this.facts = h('div', { class: 'facts-grid' });
        this.tagBox = h('div', { class: 'tag-box' });
        const [parts, log] = [subtasks(task), history(this.id)];
        this.#ends.push(parts.close, log.close);
        this.parts = parts.element;
        this.where = h('div', { class: 'panel-where' });
        fill(this.element,
            h('div', { class: 'panel-head' }, this.where, h('span', { class: 'grow' }),
                h('button', { type: 'button', class: 'icon-button', 'aria-label': 'More for this task', 'aria-haspopup': 'menu', onclick: (/** @type {any} */ event) => this.#menu(event.currentTarget) }, icon('more')), this.#closeButton()),
            h('div', { class: 'panel-body' }, h('div', { class: 'title-line' }, this.check, this.title), this.facts, this.tagBox, this.text, this.parts, log.element));
        this.element.classList.add('ready');
    }

    #update() {
        const task = this.now;
        const isDone = task.status === 'completed';
        this.element.classList.toggle('done', isDone);
        this.check.setAttribute('aria-label', isDone ? 'Reopen the task' : 'Complete the task');
        this.check.setAttribute('aria-pressed', String(isDone));
        this.check.className = `check large p-${task.priority}`;
        this.check.disabled = Boolean(task.deletedAt);
        if (document.activeElement !== this.title) this.title.value = task.title;
        if (document.activeElement !== this.text) this.text.value = task.description ?? '';
        this.title.readOnly = this.text.readOnly = this.parts.hidden = Boolean(task.deletedAt);
        fill(this.where, task.deletedAt ? [h('span', {}, 'In the trash'), h('button', { type: 'button', class: 'button small', onclick: () => void tasks.restore(this.now).catch(() => {}) }, icon('undo'), 'Restore')] : task.parentId && h('button', { type: 'button', class: 'button quiet small', onclick: () => openTask(task.parentId ?? null) }, icon('left'), 'Up'));
        const place = this.facts.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.fact : null;
        fill(this.facts, this.#facts(task));
        if (place) /** @type {HTMLElement | null} */ (this.facts.querySelector(`[data-fact="${place}"]`))?.focus();
        const hadTagFocus = this.tagBox.contains(document.activeElement);
        fill(this.tagBox, this.#tags(task));
        if (hadTagFocus) this.tagBox.querySelector('input')?.focus();
    }

    /** @param {TodoTask} task */
    #facts(task) {
        const fact = (/** @type {string} */ key, /** @type {string} */ name, /** @type {string} */ label, /** @type {any} */ value, /** @type {(anchor: HTMLElement) => void} */ edit) => h('button', {
            type: 'button', class: `fact${value ? ' set' : ''}`, dataset: { fact: key }, 'aria-haspopup': 'dialog', disabled: Boolean(task.deletedAt), onclick: (/** @type {any} */ event) => edit(event.currentTarget),
        }, icon(name), h('span', { class: 'fact-label' }, label), h('span', { class: 'fact-value' }, value || 'None'));
        const reminders = task.reminders ?? [];
        return [
            fact('due', 'calendar', 'Due', task.due && (dueChip(task) ?? ''), (anchor) => editDue(anchor, task.due, (due) => this.#save({ due: due && patchOf(due) }, 'Rescheduled'))),
            fact('repeat', 'repeat', 'Repeats', task.recurrence && recurrenceText(task.recurrence), (anchor) => editRecurrence(anchor, this.now, (recurrence) => this.#save({ recurrence }, 'Repetition changed'))),
            fact('remind', 'reminder', 'Reminders', reminders.length > 0 && reminders.map(reminderText).join(', '), (anchor) => editReminders(anchor, this.now, (wanted) => this.#save({ reminders: wanted }, 'Reminders changed'))),
            fact('priority', 'flag', 'Priority', task.priority !== 'none' && priorityName(task.priority), (anchor) => priorityMenu(anchor, this.now)),
            fact('list', 'list', 'List', task.list, (anchor) => this.#listMenu(anchor)),
            fact('start', 'upcoming', 'Starts', task.start && dueText(task.start, zone()), (anchor) => editDue(anchor, task.start, (start) => this.#save({ start: start && patchOf(start) }, 'Start changed'), { title: 'Start' })),
        ];
    }

    /** @param {TodoTask} task */
    #tags(task) {
        const input = h('input', { class: 'tag-input', placeholder: task.tags.length > 0 ? '' : 'Add tags', 'aria-label': 'Add a tag', list: 'known-tags', maxlength: 64, autocomplete: 'off', disabled: Boolean(task.deletedAt) });
        const add = () => {
            const tag = input.value.trim().replace(/^#/, '').replace(/,$/, '').trim();
            input.value = '';
            if (tag && !task.tags.includes(tag)) void this.#save({ tags: [...this.now.tags, tag] }, 'Tagged').catch(() => {});
        };
        input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
            if (event.key === 'Enter' || event.key === ',') { event.preventDefault(); add(); }
            else if (event.key === 'Backspace' && !input.value && task.tags.length > 0) void this.#save({ tags: task.tags.slice(0, -1) }, 'Tag removed').catch(() => {});
        });
        input.addEventListener('change', add);
        return [icon('tag'), task.tags.map((tag) => h('span', { class: 'chip tag' }, `#${tag}`, h('button', { type: 'button', 'aria-label': `Remove tag ${tag}`, disabled: Boolean(task.deletedAt), onclick: () => void this.#save({ tags: task.tags.filter((other) => other !== tag) }, 'Tag removed').catch(() => {}) }, icon('close', 'icon tiny')))),
            input, h('datalist', { id: 'known-tags' }, tags.value.map((tag) => h('option', { value: tag.name })))];
    }

    /** @param {HTMLElement} anchor */
    #listMenu(anchor) {
        const task = this.now;
        const names = [...new Set([...lists.value.filter((list) => !list.archivedAt).map((list) => list.name), ...(task.list ? [task.list] : [])])];
        showMenu(anchor, [
            ...names.map((name) => ({ text: name, checked: name === task.list, run: () => void this.#save({ list: name }, `Moved to ${name}`).catch(() => {}) })),
            { text: 'No list', checked: !task.list, run: () => void this.#save({ list: null }, 'In no list').catch(() => {}) },
            { text: 'New list…', icon: 'plus', run: () => void this.#newList() },
        ], 'List');
    }

    async #newList() {
        const name = await promptDialog({ title: 'New list', label: 'Name', yes: 'Create' });
        if (name) await this.#save({ list: name }, `Moved to ${name}`).catch(() => {});
    }

    /** @param {HTMLElement} anchor */
    #menu(anchor) {
        const task = this.now;
        showMenu(anchor, [
            task.deletedAt && { text: 'Restore', icon: 'undo', run: () => void tasks.restore(task).catch(() => {}) },
            !task.deletedAt && { text: 'Save as a template', icon: 'template', run: () => void saveAsTemplate(task) },
            !task.deletedAt && (task.reminders?.length ?? 0) > 0 && { text: 'Snooze for an hour', icon: 'snooze', run: () => void tasks.snooze(task, { for: 'PT1H' }).catch(() => {}) },
            !task.deletedAt && { text: 'Delete', icon: 'trash', danger: true, run: () => void this.#delete() },
        ], 'Task');
    }

    async #delete() {
        const scope = this.now.recurrence ? await askScope('Delete', this.now) : '';
        if (scope === null) return;
        await tasks.remove(this.now, scope || undefined).catch(() => {});
        openTask(null);
    }

    /** @param {any} patch @param {string} done */
    async #save(patch, done) {
        const needsScope = this.now.recurrence && ['due', 'recurrence', 'start'].some((name) => name in patch);
        const scope = needsScope ? await askScope('Change', this.now) : '';
        if (scope === null) return;
        await tasks.change(this.now, patch, { done, scope: scope || undefined });
    }

    /** Texts are not overwritten when somebody else changed the task meanwhile. @param {'title' | 'description'} name @param {string} text */
    #saveText(name, text) {
        const task = this.now;
        if (text === (task[name] ?? '') || (name === 'title' && !text)) return;
        changeText(task, { [name]: text || null }, { isQuiet: name === 'description', done: 'Title changed' }).catch(() => void tasks.fetchTask(this.id));
    }
}
