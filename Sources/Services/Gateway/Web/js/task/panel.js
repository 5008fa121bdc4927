// One task, whole: everything about it can be changed where it stands.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { dueText } from '../lib/time.js';
import { lists, tags } from '../data/collections.js';
import { onBack, onReset } from '../data/live.js';
import { zone } from '../data/settings.js';
import * as tasks from '../data/tasks.js';
import { idOf } from '../net/outbox.js';
import { failure } from '../list/listpage.js';
import { dueChip, priorityName } from '../list/rows.js';
import { priorityMenu } from '../list/rowmenu.js';
import { promptDialog, showMenu } from '../ui/dialog.js';
import { openTask } from '../ui/router.js';
import { editDue, patchOf } from './due.js';
import { history } from './history.js';
import { editRecurrence, recurrenceText } from './recurrence.js';
import { editReminders, reminderText } from './reminders.js';
import { askScope, removeAsking } from './scope.js';
import { subtasks } from './subtasks.js';
import { Writing } from './writing.js';
import { saveAsTemplate } from '../views/templates.js';

/** @typedef {import('../data/tasks.js').TodoTask} TodoTask */

export class TaskPanel {
    /** @type {(() => void)[]} */
    #ends = [];
    /** @type {TodoTask | undefined} */
    task;
    /** @type {Writing[]} */
    texts = [];

    /** @param {string} id */
    constructor(id) {
        this.id = id;
        this.element = h('aside', { class: 'panel', 'aria-label': 'Task' }, h('div', { class: 'pad skeleton' }, h('div', { class: 'skeleton-row' }, h('i'), h('b'))));
        this.element.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
            if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector(':popover-open, dialog[open]')) return;
            event.stopPropagation();
            this.shut();
        });
        this.#ends.push(tasks.onTask((change) => this.#news(change)), onReset(() => void tasks.fetchTask(id)), onBack(() => { if (!this.task) void this.#open(); }));
        void this.#open();
    }

    /** @param {tasks.TaskChange} change */
    #news(change) {
        const held = tasks.known.get(this.id);
        if (change.kind === 'many') return this.task && held && this.show(held);
        if (change.id !== this.id) return;
        if (change.task) return this.show(change.task);
        // What was made here without a connection has another name now.
        const made = idOf(this.id);
        if (made && made !== this.id) openTask(made);
        else this.#gone();
    }

    async #open() {
        const held = tasks.known.get(this.id);
        if (held) this.show(held);
        const task = await tasks.fetchTask(this.id).catch(() => undefined);
        if (this.task) return;
        if (task) this.show(task);
        else if (task === null) this.#gone();
        else this.#instead(failure({ message: 'The service did not answer.' }, () => void this.#open()));
    }

    /** Before something else is shown. */
    leave() {
        for (const text of this.texts) text.leave();
        this.close();
    }

    close() {
        for (const text of this.texts) text.close();
        for (const end of this.#ends) end();
    }

    shut() {
        openTask(null);
        /** @type {HTMLElement | null} */ (document.querySelector(`.task-row[data-id="${this.id}"]`))?.focus();
    }

    #gone() {
        // Should it come back, it is built anew.
        this.task = undefined;
        this.#instead(h('div', { class: 'empty' }, h('h2', {}, 'This task is gone'), h('p', {}, 'It was deleted, or never was yours.')));
    }

    /** @param {HTMLElement} content */
    #instead(content) {
        fill(this.element, h('div', { class: 'panel-head' }, h('span', { class: 'grow' }), this.#closeButton()), content);
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
            if (event.key === 'Escape') title.reset();
        });
        this.text = h('textarea', { class: 'panel-text', rows: 3, 'aria-label': 'Description', placeholder: 'Notes…' });
        const title = new Writing(this.title, 'title', { tidy: (text) => text.replaceAll('\n', ' ').trim(), mustBe: true, done: 'Title changed' });
        const text = new Writing(this.text, 'description', { pause: 1200, isQuiet: true });
        this.texts = [title, text];
        this.facts = h('div', { class: 'facts-grid' });
        this.tagInput = this.#tagInput();
        this.tagNames = h('datalist', { id: 'known-tags' });
        this.tagBox = h('div', { class: 'tag-box' }, this.tagInput, this.tagNames);
        const [parts, log] = [subtasks(task), history(this.id)];
        this.#ends.push(parts.close, log.close);
        this.parts = parts.element;
        this.where = h('div', { class: 'panel-where' });
        fill(this.element,
            h('div', { class: 'panel-head' }, this.where, h('span', { class: 'grow' }),
                h('button', { type: 'button', class: 'icon-button', 'aria-label': 'More for this task', 'aria-haspopup': 'menu', onclick: (/** @type {any} */ event) => this.#menu(event.currentTarget) }, icon('more')), this.#closeButton()),
            h('div', { class: 'panel-body' }, h('div', { class: 'title-line' }, this.check, this.title), title.note, this.facts, this.tagBox, this.text, text.note, this.parts, log.element));
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
        for (const text of this.texts) text.show(task);
        this.title.readOnly = this.text.readOnly = this.parts.hidden = Boolean(task.deletedAt);
        fill(this.where, task.deletedAt ? [h('span', {}, 'In the trash'), h('button', { type: 'button', class: 'button small', onclick: () => void tasks.restore(this.now).catch(() => {}) }, icon('undo'), 'Restore')] : task.parentId && h('button', { type: 'button', class: 'button quiet small', onclick: () => openTask(task.parentId ?? null) }, icon('left'), 'Up'));
        const place = this.facts.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.fact : null;
        fill(this.facts, this.#facts(task));
        if (place) /** @type {HTMLElement | null} */ (this.facts.querySelector(`[data-fact="${place}"]`))?.focus();
        this.#showTags(task);
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

    /** Stays where it is, whatever is drawn anew around it: somebody may be typing. */
    #tagInput() {
        const input = h('input', { class: 'tag-input', 'aria-label': 'Add a tag', list: 'known-tags', maxlength: 64, autocomplete: 'off' });
        const save = (/** @type {string[]} */ names, /** @type {string} */ done) => void this.#save({ tags: names }, done).catch(() => {});
        const add = () => {
            const tag = input.value.trim().replace(/^#/, '').replace(/,$/, '').trim();
            input.value = '';
            if (tag && !this.now.tags.includes(tag)) save([...this.now.tags, tag], 'Tagged');
        };
        input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
            if (event.key === 'Enter' || event.key === ',') { event.preventDefault(); add(); }
            else if (event.key === 'Backspace' && !input.value && this.now.tags.length > 0) save(this.now.tags.slice(0, -1), 'Tag removed');
        });
        input.addEventListener('change', add);
        return input;
    }

    /** @param {TodoTask} task */
    #showTags(task) {
        const isOver = Boolean(task.deletedAt);
        for (const part of [...this.tagBox.children]) if (part !== this.tagInput && part !== this.tagNames) part.remove();
        this.tagInput.before(icon('tag'), ...task.tags.map((tag) => h('span', { class: 'chip tag' }, `#${tag}`, h('button', { type: 'button', 'aria-label': `Remove tag ${tag}`, disabled: isOver, onclick: () => void this.#save({ tags: this.now.tags.filter((other) => other !== tag) }, 'Tag removed').catch(() => {}) }, icon('close', 'icon tiny')))));
        this.tagInput.placeholder = task.tags.length > 0 ? '' : 'Add tags';
        this.tagInput.disabled = isOver;
        fill(this.tagNames, tags.value.map((tag) => h('option', { value: tag.name })));
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
        if (await removeAsking(this.now).catch(() => true)) openTask(null);
    }

    /** @param {any} patch @param {string} done @returns {Promise<boolean>} false when it is not wanted after all */
    async #save(patch, done) {
        const needsScope = this.now.recurrence && ['due', 'recurrence', 'start'].some((name) => name in patch);
        const scope = needsScope ? await askScope('Change', this.now, { hasThis: !('recurrence' in patch) }) : '';
        if (scope === null) return false;
        await tasks.change(this.now, patch, { done, scope: scope || undefined });
        return true;
    }
}
