// Several tasks at once.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { addDays, today } from '../lib/time.js';
import { lists } from '../data/collections.js';
import { zone } from '../data/settings.js';
import { bulk } from '../data/tasks.js';
import { promptDialog, showMenu } from '../ui/dialog.js';

export class Selection {
    /** @type {Set<string>} */
    #ids = new Set();
    #isOn = false;
    /** @type {string | null} */
    #last = null;
    bar = h('div', { class: 'bulk-place' });
    /** @type {() => import('../data/tasks.js').TodoTask[]} */
    #tasks = () => [];
    #inTrash = false;

    /** @param {() => void} changed */
    constructor(changed) {
        this.changed = changed;
    }

    /** @param {() => import('../data/tasks.js').TodoTask[]} tasks @param {boolean} inTrash */
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
            this.#inTrash ? button('Restore', 'undo', () => this.#each('restore', 'Restored')) : [
                button('Complete', 'check', () => this.#each('complete', 'Completed')),
                button('Due date', 'calendar', (event) => this.#due(event.currentTarget)),
                button('Priority', 'flag', (event) => this.#priority(event.currentTarget)),
                button('List', 'list', (event) => this.#list(event.currentTarget)),
                button('Tag', 'tag', () => void this.#tag()),
                button('Delete', 'trash', () => this.#each('delete', 'Moved to the trash'), true)],
            h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Select nothing', onclick: () => this.clear() }, icon('close'))));
    }

    /** @param {(task: import('../data/tasks.js').TodoTask) => any} item @param {string} done */
    #run(item, done) {
        const chosen = this.#tasks().filter((task) => this.#ids.has(task.id));
        this.clear();
        void bulk(chosen.map(item), `${done} ${chosen.length} ${chosen.length === 1 ? 'task' : 'tasks'}`).catch(() => {});
    }

    /** @param {string} op @param {string} done */
    #each(op, done) {
        this.#run((task) => ({ op, id: task.id }), done);
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
        const name = await promptDialog({ title: 'Add a tag', label: 'Tag', yes: 'Add' });
        const tag = name?.replace(/^#/, '').trim();
        if (tag) this.#patch((/** @type {any} */ task) => ({ tags: [...new Set([...task.tags, tag])] }));
    }
}
