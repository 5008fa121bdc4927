// Several tasks at once.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { addDays, today } from '../lib/time.js';
import { lists } from '../data/collections.js';
import { zone } from '../data/settings.js';
import { bulk, known } from '../data/tasks.js';
import { confirmDialog, promptDialog, showMenu } from '../ui/dialog.js';

/** @typedef {import('../data/tasks.js').TodoTask} TodoTask */

/** What stands above a task, the nearest first. @param {TodoTask} task @returns {TodoTask[]} */
function above(task) {
    const line = [];
    for (let next = known.get(task.parentId ?? ''); next && line.length < 100; next = known.get(next.parentId ?? '')) line.push(next);
    return line;
}

/**
 * Without what goes to the trash, or comes back, with something above it.
 * @param {TodoTask[]} chosen @param {(task: TodoTask, over: TodoTask) => boolean} [goesAlong]
 */
function withoutParts(chosen, goesAlong = () => true) {
    const ids = new Set(chosen.map((task) => task.id));
    return chosen.filter((task) => !above(task).some((over) => ids.has(over.id) && goesAlong(task, over)));
}

export class Selection {
    /** @type {Set<string>} */
    #ids = new Set();
    #isOn = false;
    /** @type {string | null} */
    #last = null;
    bar = h('div', { class: 'bulk-place' });
    /** @type {() => TodoTask[]} */
    #tasks = () => [];
    #inTrash = false;

    /** @param {() => void} changed */
    constructor(changed) {
        this.changed = changed;
    }

    /** @param {() => TodoTask[]} tasks @param {boolean} inTrash */
    actOn(tasks, inTrash) {
        this.#tasks = tasks;
        this.#inTrash = inTrash;
    }

    get isOn() {
        return this.#isOn || this.#ids.size > 0;
    }

    get size() {
        return this.#ids.size;
    }

    /** @param {string} id */
    has(id) {
        return this.#ids.has(id);
    }

    /** @param {string} id */
    toggle(id) {
        if (!this.#ids.delete(id)) this.#ids.add(id);
        this.#last = id;
        this.#drawn();
    }

    /** From the last one to this. @param {{id: string}[]} items @param {string} id */
    extend(items, id) {
        const [from, to] = [items.findIndex((item) => item.id === (this.#last ?? id)), items.findIndex((item) => item.id === id)];
        if (from < 0 || to < 0) return this.toggle(id);
        for (const item of items.slice(Math.min(from, to), Math.max(from, to) + 1)) this.#ids.add(item.id);
        this.#last = id;
        this.#drawn();
    }

    toggleMode() {
        this.#isOn = !this.isOn;
        if (!this.#isOn) this.#ids.clear();
        this.#drawn();
    }

    clear() {
        this.#ids.clear();
        this.#isOn = false;
        this.#drawn();
    }

    all() {
        for (const task of this.#tasks()) this.#ids.add(task.id);
        this.#drawn();
    }

    /** What is not in the list any more is not selected. @param {{id: string}[]} items */
    keep(items) {
        if (this.#ids.size === 0) return;
        const there = new Set(items.map((item) => item.id));
        for (const id of this.#ids) if (!there.has(id)) this.#ids.delete(id);
        this.#draw();
    }

    #drawn() {
        this.#draw();
        this.changed();
    }

    #draw() {
        if (!this.isOn) return this.bar.replaceChildren();
        const count = this.#ids.size;
        const button = (/** @type {string} */ text, /** @type {string} */ name, /** @type {(event: any) => void} */ run, danger = false) => h('button', { type: 'button', class: `button quiet${danger ? ' danger' : ''}`, disabled: count === 0, 'aria-label': text, title: text, onclick: run }, icon(name), h('span', { class: 'wide-only' }, text));
        fill(this.bar, h('div', { class: 'bulk-bar', role: 'toolbar', 'aria-label': 'Selected tasks' },
            h('strong', { 'aria-live': 'polite' }, `${count} selected`),
            h('button', { type: 'button', class: 'button quiet', onclick: () => this.all() }, 'All'),
            h('span', { class: 'grow' }),
            this.#inTrash ? button('Restore', 'undo', () => this.#restore()) : [
                button('Complete', 'check', () => this.#run((task) => ({ op: 'complete', id: task.id }), 'Completed')),
                button('Due date', 'calendar', (event) => this.#due(event.currentTarget)),
                button('Priority', 'flag', (event) => this.#priority(event.currentTarget)),
                button('List', 'list', (event) => this.#list(event.currentTarget)),
                button('Tag', 'tag', () => void this.#tag()),
                button('Delete', 'trash', () => void this.#delete(), true)],
            h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Select nothing', onclick: () => this.clear() }, icon('close'))));
    }

    get #chosen() {
        return this.#tasks().filter((task) => this.#ids.has(task.id));
    }

    /**
     * @param {(task: TodoTask) => any} item @param {string} done
     * @param {(chosen: TodoTask[]) => TodoTask[]} [named] which of them, in which order; the others go along
     */
    #run(item, done, named = (chosen) => chosen) {
        const chosen = this.#chosen;
        this.clear();
        void bulk(named(chosen).map(item), `${done} ${chosen.length} ${chosen.length === 1 ? 'task' : 'tasks'}`).catch(() => {});
    }

    async #delete() {
        const series = this.#chosen.filter((task) => task.recurrence && task.status === 'open');
        const text = series.length === 1 ? `“${series[0].title}” repeats: its series ends with it.` : `${series.length} of them repeat: their series end with them.`;
        if (series.length > 0 && !await confirmDialog({ title: 'Delete tasks that repeat?', text, yes: 'Delete' })) return;
        this.#run((task) => ({ op: 'delete', id: task.id }), 'Moved to the trash', withoutParts);
    }

    /** What lay in the trash alone comes after what it stood below, to find its place there. */
    #restore() {
        this.#run((task) => ({ op: 'restore', id: task.id }), 'Restored', (chosen) => withoutParts(chosen, (task, over) => task.deletedAt === over.deletedAt)
            .sort((one, other) => above(one).length - above(other).length));
    }

    /** @param {any} values */
    #patch(values) {
        this.#run((task) => ({ op: 'patch', id: task.id, patch: typeof values === 'function' ? values(task) : values }), 'Changed');
    }

    /** @param {HTMLElement} anchor */
    #due(anchor) {
        const now = today(zone());
        /** @type {[string, string | null][]} */
        const days = [['Today', now], ['Tomorrow', addDays(now, 1)], ['In a week', addDays(now, 7)], ['No date', null]];
        showMenu(anchor, days.map(([text, local]) => ({ text, run: () => this.#patch({ due: local ? { kind: 'date', local, tz: null } : null }) })), 'Due date');
    }

    /** @param {HTMLElement} anchor */
    #priority(anchor) {
        const names = { urgent: 'Urgent', high: 'High', medium: 'Medium', low: 'Low', none: 'None' };
        showMenu(anchor, Object.entries(names).map(([priority, text]) => ({ text, run: () => this.#patch({ priority }) })), 'Priority');
    }

    /** @param {HTMLElement} anchor */
    #list(anchor) {
        const names = lists.value.filter((list) => !list.archivedAt).map((list) => list.name);
        showMenu(anchor, [...names.map((name) => ({ text: name, icon: 'list', run: () => this.#patch({ list: name }) })), { text: 'No list', run: () => this.#patch({ list: null }) }], 'List');
    }

    async #tag() {
        const name = await promptDialog({ title: 'Add a tag', label: 'Tag', yes: 'Add', most: 64 });
        const tag = name?.replace(/^#/, '').trim();
        if (tag) this.#patch((/** @type {any} */ task) => ({ tags: [...new Set([...task.tags, tag])] }));
    }
}
