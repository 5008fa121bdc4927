// Rows of traces, and the hands on them: one has the focus, two can be chosen for comparison.

import { announce, fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { ago, clock, counted, day, duration } from '../lib/format.js';
import { serviceMark, shape } from '../data/services.js';
import { go, pathTo } from '../ui/router.js';

/** @typedef {import('../net/api.js').Summary} Summary */

/** Traces chosen for comparison, in the order of choosing, on whatever page of the list. @type {string[]} */
const chosen = [];

/** What a full bar stands for: the longest, but not a few that would leave nothing of the others. @param {Summary[]} items */
function fullBar(items) {
    const times = items.map((one) => one.durationNano).sort((one, other) => one - other);
    const [usual, longest] = [times[Math.floor((times.length - 1) * 0.9)] ?? 0, times.at(-1) ?? 0];
    return longest > usual * 3 ? usual : longest;
}

/** @param {HTMLElement} row @param {Summary} trace @param {number} full */
function drawBar(row, trace, full) {
    const bar = /** @type {HTMLElement} */ (row.querySelector('.trace-bar'));
    bar.classList.toggle('over', trace.durationNano > full);
    /** @type {HTMLElement} */ (bar.firstElementChild).style.width = `${Math.min(1, Math.max(0.005, trace.durationNano / (full || 1))) * 100}%`;
}

/** @param {Summary} trace @param {(id: string) => void} choose */
export function traceRow(trace, choose) {
    const when = day(trace.startUnixNano);
    const errors = trace.errorCount ?? (trace.hasError ? 1 : 0);
    const box = h('input', { type: 'checkbox', tabindex: -1, 'aria-label': `Compare ${trace.rootName || trace.traceId}`, checked: chosen.includes(trace.traceId), onchange: () => choose(trace.traceId) });
    const link = h('a', { href: pathTo.trace(trace.traceId), class: 'trace-link', tabindex: -1 },
        h('span', { class: 'trace-title' }, shape(trace.rootService || 'unknown'),
            h('span', { class: 'clip' }, trace.rootName || 'Its root has not arrived yet'),
            trace.hasError && h('span', { class: 'badge error' }, icon('error'), errors > 1 ? counted(errors, 'error') : 'error'),
            !trace.isSettled && h('span', { class: 'badge' }, 'still growing')),
        h('span', { class: 'trace-services' }, [...trace.services].sort((one, other) => Number(other === trace.rootService) - Number(one === trace.rootService)).map(serviceMark)),
        h('span', { class: 'trace-when' }, `${when ? `${when} ` : ''}${clock(trace.startUnixNano)}`, h('span', { class: 'trace-ago' }, ` · ${ago(trace.startUnixNano)}`)),
        h('span', { class: 'trace-size' }, counted(trace.spanCount, 'span'), trace.linkedTraces ? ` · ${counted(trace.linkedTraces, 'linked trace')}` : ''),
        h('span', { class: `trace-bar${trace.hasError ? ' error' : ''}` }, h('span')),
        h('span', { class: 'trace-duration' }, duration(trace.durationNano)));
    return h('li', { class: 'trace-row', dataset: { id: trace.traceId } }, h('label', { class: 'choose' }, box), link);
}

/** A list with one row in the order of Tab. */
export class TraceList {
    /** @type {Summary[]} */
    items = [];
    #at = 0;

    /** @param {string} label */
    constructor(label) {
        this.element = h('ul', { class: 'trace-list', 'aria-label': label });
        this.compare = h('div', { class: 'compare-bar', hidden: true });
        this.element.addEventListener('focusin', (/** @type {FocusEvent} */ event) => {
            const index = [...this.element.children].indexOf(/** @type {any} */ (event.target)?.closest?.('.trace-row'));
            if (index >= 0) this.#mark(index);
        });
        this.#showChosen();
    }

    /** @param {Summary[]} items */
    show(items) {
        this.items = items;
        fill(this.element, items.map((one) => traceRow(one, (id) => this.choose(id))));
        this.#drawBars();
        this.#mark(Math.min(this.#at, items.length - 1));
    }

    /** One more at the top, in the place of what was known of it before. @param {Summary} item @param {number} most */
    add(item, most) {
        const hadFocus = this.element.contains(document.activeElement) ? this.current?.traceId : null;
        this.items = [item, ...this.items.filter((one) => one.traceId !== item.traceId)].slice(0, most);
        const kept = new Set(this.items.map((one) => one.traceId));
        for (const row of [...this.element.children]) {
            const id = /** @type {any} */ (row).dataset.id;
            if (id === item.traceId || !kept.has(id)) row.remove();
        }
        this.element.prepend(traceRow(item, (id) => this.choose(id)));
        this.#drawBars();
        const index = hadFocus ? this.items.findIndex((one) => one.traceId === hadFocus) : this.#at;
        for (const link of this.element.querySelectorAll('.trace-link')) /** @type {any} */ (link).tabIndex = -1;
        this.#mark(Math.max(0, index));
        if (hadFocus) this.#link(this.#at)?.focus({ preventScroll: true });
    }

    #drawBars() {
        const full = fullBar(this.items);
        this.items.forEach((one, index) => drawBar(this.element.children[index], one, full));
    }

    #link(/** @type {number} */ index) {
        return this.element.children[index]?.querySelector('.trace-link');
    }

    #mark(/** @type {number} */ index) {
        const old = this.#link(this.#at);
        if (old) old.tabIndex = -1;
        this.#at = Math.max(0, index);
        const now = this.#link(this.#at);
        if (now) now.tabIndex = 0;
    }

    /** @param {number} step */
    move(step) {
        const hasFocus = this.element.contains(document.activeElement);
        const next = hasFocus ? this.#at + step : this.#at;
        if (!this.items.length) return;
        this.#mark(Math.max(0, Math.min(this.items.length - 1, next)));
        this.#link(this.#at)?.focus();
    }

    get current() {
        return this.items[this.#at];
    }

    /** @param {string} id */
    choose(id) {
        const at = chosen.indexOf(id);
        if (at >= 0) chosen.splice(at, 1);
        else chosen.push(id);
        if (chosen.length > 2) chosen.shift();
        announce(chosen.length === 2 ? 'Two traces chosen: Compare opens them' : counted(chosen.length, 'trace') + ' chosen');
        for (const row of this.element.children) {
            const box = /** @type {any} */ (row).querySelector('input');
            if (box) box.checked = chosen.includes(/** @type {any} */ (row).dataset.id);
        }
        this.#showChosen();
    }

    #showChosen() {
        this.compare.hidden = chosen.length === 0;
        fill(this.compare, h('span', { class: 'grow' }, chosen.length === 2 ? 'Two traces chosen' : 'One trace chosen: choose another'),
            h('button', { type: 'button', class: 'button primary', disabled: chosen.length < 2, onclick: () => go(pathTo.compare(chosen[0], chosen[1])) }, icon('compare'), 'Compare'),
            h('button', { type: 'button', class: 'button', onclick: () => { for (const id of [...chosen]) this.choose(id); } }, 'None'));
    }

    get keys() {
        const down = () => this.move(1);
        const up = () => this.move(-1);
        const flow = () => { if (this.current) go(pathTo.flow(this.current.traceId)); };
        return { j: down, ArrowDown: down, k: up, ArrowUp: up, f: flow, x: () => { if (this.current) this.choose(this.current.traceId); } };
    }
}
