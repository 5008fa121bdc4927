// A list by keyboard: one row can be reached by Tab, arrows and letters do the rest.

import { announce, h, isTyping } from '../lib/dom.js';
import * as tasks from '../data/tasks.js';
import { changeText } from '../data/texts.js';
import { removeAsking } from '../task/scope.js';
import { isGoing } from '../ui/keyboard.js';
import { openTask } from '../ui/router.js';
import { dayMenu, purge, rowMenu, setPriority } from './rowmenu.js';

/** @typedef {import('../data/tasks.js').TodoTask} TodoTask */

const priorities = ['none', 'urgent', 'high', 'medium', 'low'];

export class ListKeys {
    /** @type {string | null} */
    current = null;
    #isEditing = false;

    /** @param {import('./listpage.js').ListPage} page @param {import('./virtual.js').VirtualList<any>} list */
    constructor(page, list) {
        this.page = page;
        this.list = list;
        list.element.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.#key(event));
        list.element.addEventListener('focusin', (/** @type {FocusEvent} */ event) => {
            const row = event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest('.task-row')) : null;
            if (row) this.#become(row.dataset.id ?? null);
        });
        // A row that is taken away loses the focus to nothing at all: `keep` hands it on then.
        list.element.addEventListener('focusout', (/** @type {FocusEvent} */ event) => {
            if (event.relatedTarget) list.pinned = null;
        });
    }

    /** After a change: there is always one row to come in by, and the focus stays near where it was. */
    keep() {
        const items = this.page.tasks();
        if (items.length === 0) return;
        if (!items.some((task) => task.id === this.current)) {
            const hadFocus = this.list.element.contains(document.activeElement) || this.lostFocus;
            const next = items[Math.min(this.index ?? 0, items.length - 1)];
            this.#become(next.id);
            if (hadFocus) this.focus(items.indexOf(next));
        }
        this.#mark();
        this.index = items.findIndex((task) => task.id === this.current);
    }

    /** @type {number | undefined} */
    index;

    /** Whether the focused row has just gone. */
    get lostFocus() {
        return document.activeElement === document.body && this.list.pinned !== null;
    }

    /** @param {string | null} id */
    #become(id) {
        this.current = id;
        this.list.pinned = id;
        this.#mark();
        this.index = this.page.tasks().findIndex((task) => task.id === id);
    }

    #mark() {
        for (const row of this.list.element.querySelectorAll('.task-row')) {
            const isCurrent = /** @type {HTMLElement} */ (row).dataset.id === this.current;
            row.setAttribute('tabindex', isCurrent ? '0' : '-1');
            for (const inner of row.querySelectorAll('[data-act][tabindex]')) inner.setAttribute('tabindex', isCurrent ? '0' : '-1');
        }
    }

    /** @param {number} index of tasks */
    focus(index) {
        const task = this.page.tasks()[index];
        if (!task) return;
        this.#become(task.id);
        this.list.reveal(this.list.items.findIndex((item) => item.id === task.id))?.focus({ preventScroll: true });
        this.#mark();
    }

    /** @param {number} step */
    step(step) {
        const items = this.page.tasks();
        const at = items.findIndex((task) => task.id === this.current);
        this.focus(Math.max(0, Math.min(items.length - 1, at < 0 ? 0 : at + step)));
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        if (this.#isEditing || isGoing() || isTyping(event.target)) return;
        const items = this.page.tasks();
        const at = items.findIndex((task) => task.id === this.current);
        const task = items[at];
        const isRow = event.target instanceof Element && event.target.classList.contains('task-row');
        if (!task || event.ctrlKey || event.metaKey) return;
        if (this.#walk(event, at) || (isRow || event.key.length === 1 && event.key !== ' ') && this.#act(event, task)) {
            event.preventDefault();
            event.stopPropagation();
        }
    }

    /** @param {KeyboardEvent} event @param {number} at @returns {boolean} */
    #walk(event, at) {
        const steps = /** @type {Record<string, number>} */ ({ ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10 });
        const step = steps[event.key];
        if (event.altKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) return this.#shift(step);
        if (step !== undefined) {
            if (event.shiftKey && this.current) {
                if (!this.page.selection.has(this.current)) this.page.selection.toggle(this.current);
                this.step(step);
                if (this.current) this.page.selection.extend(this.page.tasks(), this.current);
            } else this.step(step);
            return true;
        }
        if (event.key === 'Home') this.focus(0);
        else if (event.key === 'End') this.focus(this.page.tasks().length - 1);
        else return false;
        return true;
    }

    /** @param {number} step @returns {boolean} */
    #shift(step) {
        const id = this.current;
        if (!id || !this.page.canOrder || !this.page.shift(id, step)) return true;
        const place = this.page.tasks().findIndex((task) => task.id === id);
        this.focus(place);
        announce(`Moved to place ${place + 1}`);
        return true;
    }

    /** @param {KeyboardEvent} event @param {TodoTask} task @returns {boolean} */
    #act(event, task) {
        const row = this.list.elementOf(task.id);
        const button = /** @type {HTMLElement | null} */ (row?.querySelector('.row-more') ?? null);
        if (event.altKey) return false;
        if (event.key === 'x') this.page.selection.toggle(task.id);
        else if (event.key === 'Escape' && this.page.selection.isOn) this.page.selection.clear();
        else if (event.key === 'Enter' && task.version > 0) openTask(task.id);
        else if (event.key === 'Delete' || event.key === 'Backspace') void (task.deletedAt ? purge(task) : removeAsking(task)).catch(() => {});
        else if (task.deletedAt || task.version === 0) return false;
        else if (event.key === 'c') void tasks.toggle(task).catch(() => {});
        else if (event.key === 'e' || event.key === 'F2') this.edit(task);
        else if (event.key === 's' && button) dayMenu(button, task);
        else if (event.key === 'm' && button) rowMenu(button, task, this.page);
        else if (/^[0-4]$/.test(event.key)) void setPriority(task, priorities[Number(event.key)]);
        else return false;
        return true;
    }

    /** The title becomes a field. @param {TodoTask} task */
    edit(task) {
        const row = this.list.elementOf(task.id);
        const title = row?.querySelector('.row-title');
        if (!row || !title || this.#isEditing || task.deletedAt) return;
        this.#isEditing = true;
        this.list.pinned = task.id;
        const input = h('input', { class: 'row-edit', value: task.title, maxlength: 500, 'aria-label': 'Title' });
        let isOver = false;
        const end = (/** @type {boolean} */ isKept) => {
            if (isOver) return;
            isOver = true;
            this.#isEditing = false;
            row.dataset.print = '';
            const text = input.value.trim();
            input.remove();
            if (isKept && text && text !== task.title) void changeText(task, { title: text }, { done: 'Title changed' }).catch(() => {});
            this.list.render();
            row.focus();
        };
        input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
            event.stopPropagation();
            if (event.key === 'Enter') end(true);
            else if (event.key === 'Escape') end(false);
        });
        input.addEventListener('blur', () => end(true));
        input.addEventListener('click', (/** @type {Event} */ event) => event.stopPropagation());
        title.replaceWith(input);
        input.focus();
        input.select();
    }
}
