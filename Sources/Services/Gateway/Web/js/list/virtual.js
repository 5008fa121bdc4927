// A list that has as many rows on the page as are seen, and a few more: 5 000 tasks cost what 30 do.
//
// All rows are of one height, which the style sheet says. Rows are kept by key while they are in sight, so that focus and
// selection of text survive what happens elsewhere in the list.

import { h } from '../lib/dom.js';

/**
 * @template T
 * @typedef {object} Rows
 * @property {(item: T) => string} key
 * @property {(item: T, index: number) => HTMLElement} make
 * @property {(element: HTMLElement, item: T, index: number) => void} update
 * @property {() => void} nearEnd
 */

/** @template T */
export class VirtualList {
    /** @type {T[]} */
    items = [];
    /** @type {Map<string, HTMLElement>} */
    #shown = new Map();
    #height = 48;
    #frame = 0;
    /** A key whose row stays although it is out of sight: it has the focus. @type {string | null} */
    pinned = null;

    /** @param {HTMLElement} scroller @param {Rows<T>} rows @param {string} label */
    constructor(scroller, rows, label) {
        this.scroller = scroller;
        this.rows = rows;
        this.element = h('div', { class: 'rows', role: 'list', 'aria-label': label });
        scroller.addEventListener('scroll', () => this.#later(), { passive: true });
        this.watcher = new ResizeObserver(() => this.render());
        this.watcher.observe(scroller);
    }

    close() {
        this.watcher.disconnect();
        cancelAnimationFrame(this.#frame);
    }

    /** @param {T[]} items */
    show(items) {
        this.items = items;
        this.render();
    }

    #later() {
        if (this.#frame) return;
        this.#frame = requestAnimationFrame(() => {
            this.#frame = 0;
            this.render();
        });
    }

    render() {
        const height = Number.parseFloat(getComputedStyle(this.scroller).getPropertyValue('--row-height')) || 48;
        this.#height = height;
        const total = this.items.length;
        this.element.style.height = `${total * height}px`;
        const top = this.scroller.scrollTop - this.element.offsetTop;
        const from = Math.max(0, Math.floor(top / height) - 6);
        const to = Math.min(total, Math.ceil((top + this.scroller.clientHeight) / height) + 6);
        /** @type {Map<string, HTMLElement>} */
        const next = new Map();
        for (let index = from; index < to; index += 1) this.#row(index, next);
        if (this.pinned && !next.has(this.pinned)) {
            const index = this.items.findIndex((item) => this.rows.key(item) === this.pinned);
            if (index >= 0) this.#row(index, next);
        }
        for (const [key, element] of this.#shown) if (!next.has(key)) element.remove();
        this.#shown = next;
        if (to > total - 20) this.rows.nearEnd();
    }

    /** @param {number} index @param {Map<string, HTMLElement>} next */
    #row(index, next) {
        const item = this.items[index];
        const key = this.rows.key(item);
        let element = this.#shown.get(key);
        if (!element) {
            element = this.rows.make(item, index);
            this.element.append(element);
        }
        this.rows.update(element, item, index);
        element.style.transform = `translateY(${index * this.#height}px)`;
        if (element.getAttribute('role') === 'listitem') {
            element.setAttribute('aria-posinset', String(index + 1));
            element.setAttribute('aria-setsize', String(this.items.length));
        }
        next.set(key, element);
    }

    /** @param {string} key */
    elementOf(key) {
        return this.#shown.get(key);
    }

    /** Brings a row into sight and returns it. @param {number} index @returns {HTMLElement | undefined} */
    reveal(index) {
        const top = this.element.offsetTop + index * this.#height;
        const { scrollTop, clientHeight } = this.scroller;
        if (top < scrollTop) this.scroller.scrollTop = Math.max(0, top - this.#height);
        else if (top + this.#height * 2 > scrollTop + clientHeight) this.scroller.scrollTop = top + this.#height * 2 - clientHeight;
        this.render();
        return this.#shown.get(this.rows.key(this.items[index]));
    }

    /** The index below a place on the screen. @param {number} y */
    indexAt(y) {
        const top = this.element.getBoundingClientRect().top;
        return Math.max(0, Math.min(this.items.length, Math.round((y - top) / this.#height)));
    }

    get rowHeight() {
        return this.#height;
    }
}
