// The waterfall: a tree of spans beside their bars. As many rows are on the page as are seen, and a few more, so that
// 20 000 spans cost what 40 do.

import { h, onceAFrame } from '../lib/dom.js';
import { counted, duration, ticks } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { shape, tone } from '../data/services.js';
import { columnEdge } from './columns.js';

const spare = 8;
const deepest = 24;

/** @typedef {import('../data/rows.js').Row} Row */

export class Waterfall {
    /** @type {Map<number, HTMLElement>} */
    #shown = new Map();
    /** @type {import('../data/trace.js').Span | null} */
    selected = null;
    /** @type {Set<import('../data/trace.js').Span>} */
    hits = new Set();
    showsPath = false;
    /** Part of the time that is seen. */
    window = { from: 0, to: 1 };
    #height = 30;

    /**
     * @param {import('../data/rows.js').Rows} rows
     * @param {{select: (span: import('../data/trace.js').Span) => void, fold: (row: Row) => void, scrolled: () => void}} hands
     */
    constructor(rows, hands) {
        this.rows = rows;
        this.hands = hands;
        this.axis = h('div', { class: 'axis-marks', 'aria-hidden': 'true' });
        this.body = h('div', { class: 'fall-rows', role: 'rowgroup' });
        this.table = h('div', { role: 'treegrid', 'aria-label': 'Spans', class: 'fall-table', 'aria-colcount': 2 },
            h('div', { role: 'rowgroup', class: 'fall-head' }, h('div', { role: 'row', class: 'fall-head-row', 'aria-rowindex': 1 },
                h('div', { role: 'columnheader', class: 'fall-name' }, 'Service and operation'), h('div', { role: 'columnheader', class: 'fall-time' }, h('span', { class: 'visually-hidden' }, 'Duration'), this.axis))),
            this.body);
        this.element = h('div', { class: 'fall', tabindex: -1 }, this.table);
        this.table.before(columnEdge(this.element));
        const later = onceAFrame(() => {
            this.#window();
            hands.scrolled();
        });
        this.element.addEventListener('scroll', later, { passive: true });
        this.watcher = new ResizeObserver(() => this.render());
        this.watcher.observe(this.element);
        this.body.addEventListener('click', (/** @type {MouseEvent} */ event) => this.#clicked(event));
    }

    close() {
        this.watcher.disconnect();
    }

    /** More spans of the same trace: what is seen stays where it is. @param {import('../data/rows.js').Rows} rows */
    take(rows) {
        const { first } = this.range;
        const same = (/** @type {import('../data/trace.js').Span | null | undefined} */ span) => rows.trace.byID.get(span?.id ?? '') ?? null;
        const top = rows.indexOf(same(this.rows.all[first]?.span));
        const past = this.element.scrollTop - first * this.#height;
        this.rows = rows;
        this.selected = same(this.selected);
        this.body.style.height = `${rows.all.length * this.#height}px`;
        if (this.element.scrollTop > 0 && top >= 0) this.element.scrollTop = top * this.#height + past;
    }

    /** Everything anew: rows, selection or the part of the time have changed. */
    render() {
        this.#height = Number.parseFloat(getComputedStyle(this.element).getPropertyValue('--row-height')) || 30;
        this.body.style.height = `${this.rows.all.length * this.#height}px`;
        this.table.setAttribute('aria-rowcount', String(this.rows.all.length + 1));
        const hadFocus = this.body.contains(document.activeElement);
        for (const element of this.#shown.values()) element.remove();
        this.#shown.clear();
        this.#marks();
        this.#window();
        if (hadFocus) (this.#shown.get(this.rows.indexOf(this.selected)) ?? this.element).focus({ preventScroll: true });
    }

    #marks() {
        const { duration: whole } = this.rows.trace;
        const [from, to] = [this.window.from * whole, this.window.to * whole];
        const width = this.axis.clientWidth || 600;
        this.axis.replaceChildren(...ticks(from, to, Math.max(2, Math.floor(width / 110))).map((at) => {
            const place = (at - from) / (to - from);
            return h('span', { class: place * width > width - 64 ? 'last' : '', style: { left: `${place * 100}%` } }, at === 0 ? '0' : duration(at).replace(/\.0+ /, ' '));
        }));
    }

    get range() {
        const first = Math.floor(this.element.scrollTop / this.#height);
        const count = Math.ceil(this.element.clientHeight / this.#height);
        return { first, last: Math.min(this.rows.all.length, first + count) };
    }

    #window() {
        const { first, last } = this.range;
        const [from, to] = [Math.max(0, first - spare), Math.min(this.rows.all.length, last + spare)];
        for (const [index, element] of this.#shown) {
            if (index >= from && index < to) continue;
            this.#shown.delete(index);
            if (element.contains(document.activeElement)) this.element.focus({ preventScroll: true });
            element.remove();
        }
        for (let index = from; index < to; index += 1) {
            if (this.#shown.has(index)) continue;
            const element = this.#row(this.rows.all[index], index);
            this.#shown.set(index, element);
            this.body.append(element);
        }
    }

    /** @param {Row} row @param {number} index */
    #row({ span, depth, hasMore, isFolded, showsService }, index) {
        const isError = span.status === 'error';
        const isSelected = span === this.selected;
        const classes = ['fall-row', isSelected && 'selected', isError && 'error', this.hits.has(span) && 'hit', span.isOfSidecar && 'sidecar', this.showsPath && span.critical.length === 0 && 'off-path'];
        const marks = span.links.length ? h('span', { class: 'link-mark', title: counted(span.links.length, 'link') }, icon('link', 'icon tiny')) : null;
        const toggle = hasMore
            ? h('span', { class: `fold${isFolded ? ' folded' : ''}`, dataset: { fold: '' } }, icon(isFolded ? 'right' : 'down', 'icon tiny'))
            : h('span', { class: 'fold' });
        return h('div', {
            role: 'row', class: classes.filter(Boolean).join(' '), 'aria-level': depth + 1, 'aria-rowindex': index + 2, 'aria-selected': String(isSelected), tabindex: isSelected || (!this.selected && index === 0) ? 0 : -1,
            'aria-expanded': hasMore ? String(!isFolded) : undefined, dataset: { index: String(index), span: span.id }, style: { transform: `translateY(${index * this.#height}px)` },
        },
        h('div', { role: 'gridcell', class: 'fall-name', style: { '--depth': String(Math.min(depth, deepest)) } }, toggle, shape(span.service),
            showsService && h('span', { class: 'fall-service' }, span.service), h('span', { class: 'clip fall-title', title: span.name }, span.name),
            isError && h('span', { class: 'badge error' }, icon('error'), 'error'), span.isOfSidecar && h('span', { class: 'fall-hint' }, 'sidecar'),
            isFolded && h('span', { class: 'badge' }, `+${span.below}`), marks),
        h('div', { role: 'gridcell', class: 'fall-time' }, this.#bar(span)));
    }

    /** @param {import('../data/trace.js').Span} span */
    #bar(span) {
        const { duration: whole } = this.rows.trace;
        const [from, width] = [this.window.from * whole, (this.window.to - this.window.from) * whole];
        const place = (/** @type {number} */ at) => ((at - from) / width) * 100;
        const [left, right] = [place(span.start), place(span.end)];
        if (right < 0 || left > 100) return h('span', { class: 'bar-label beyond' }, `${right < 0 ? '← ' : ''}${duration(span.duration)}${left > 100 ? ' →' : ''}`);
        const [begin, end] = [Math.max(0, left), Math.min(100, right)];
        const bar = h('span', { class: `bar tone-${tone(span.service)}`, style: { left: `${begin}%`, width: `max(3px, ${end - begin}%)` } });
        const path = this.showsPath ? span.critical.filter((part) => place(part.end) > 0 && place(part.start) < 100).map((part) => h('span', {
            class: 'path', style: { left: `${Math.max(0, place(part.start))}%`, width: `max(2px, ${Math.min(100, place(part.end)) - Math.max(0, place(part.start))}%)` },
        })) : [];
        const events = span.events.slice(0, 20).map((event) => place(Number(event.timeUnixNano - this.rows.trace.startUnixNano))).filter((at) => at >= 0 && at <= 100)
            .map((at) => h('span', { class: 'bar-event', style: { left: `${at}%` } }));
        const label = h('span', { class: 'bar-label' }, duration(span.duration));
        // On the side that has room.
        if (end > 78 && begin > 16) label.style.right = `calc(${100 - begin}% + 6px)`;
        else if (end > 78) { label.style.left = `calc(${begin}% + 6px)`; label.classList.add('inside'); }
        else label.style.left = `calc(max(${end}%, ${begin}% + 3px) + 6px)`;
        return [bar, path, events, label];
    }

    /** @param {MouseEvent} event */
    #clicked(event) {
        const target = /** @type {Element} */ (event.target);
        const row = this.rows.all[Number(target.closest('.fall-row')?.getAttribute('data-index') ?? -1)];
        if (!row) return;
        if (target.closest('[data-fold]')) this.hands.fold(row);
        else this.hands.select(row.span);
    }

    /** Selects a span and brings its row into sight. @param {import('../data/trace.js').Span} span @param {boolean} focus */
    select(span, focus) {
        this.selected = span;
        // Without a height there is nothing to scroll.
        if (!this.body.style.height) this.render();
        const index = this.rows.indexOf(span);
        const top = index * this.#height;
        const room = this.element.clientHeight - this.body.offsetTop;
        if (top < this.element.scrollTop) this.element.scrollTop = Math.max(0, top - this.#height * 2);
        else if (top + this.#height > this.element.scrollTop + room) this.element.scrollTop = top + this.#height * 3 - room;
        this.render();
        const element = this.#shown.get(index);
        if (focus) element?.focus({ preventScroll: true });
        return element;
    }

    /** How many rows fit. */
    get page() {
        return Math.max(1, Math.floor(this.element.clientHeight / this.#height) - 2);
    }
}
