// The whole trace in a few pixels, and the part of its time that the waterfall shows: dragged out, moved by its two ends.

import { h } from '../lib/dom.js';
import { duration } from '../lib/format.js';
import { tone, toneColours } from '../data/services.js';
import { onColours } from '../ui/theme.js';

const height = 56;
const narrowest = 0.0005;

export class Minimap {
    window = { from: 0, to: 1 };
    seen = { first: 0, last: 0 };

    /** @param {import('../data/rows.js').Rows} rows @param {(window: {from: number, to: number}) => void} changed */
    constructor(rows, changed) {
        this.rows = rows;
        this.changed = changed;
        this.canvas = h('canvas', { height, class: 'mini-canvas', 'aria-hidden': 'true' });
        this.before = h('div', { class: 'mini-shade' });
        this.after = h('div', { class: 'mini-shade' });
        this.view = h('div', { class: 'mini-view' });
        this.ends = /** @type {('from' | 'to')[]} */ (['from', 'to']).map((end) => h('div', {
            class: 'mini-end', role: 'slider', tabindex: 0, 'aria-label': end === 'from' ? 'Beginning of what is shown' : 'End of what is shown',
            'aria-valuemin': 0, 'aria-valuemax': 100, onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event, end),
        }));
        this.element = h('div', { class: 'mini' }, this.canvas, this.view, this.before, this.after, this.ends);
        this.element.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => this.#drag(event));
        this.watcher = new ResizeObserver(() => this.draw());
        this.watcher.observe(this.element);
        this.forget = onColours(() => this.draw());
    }

    close() {
        this.watcher.disconnect();
        this.forget();
    }

    draw() {
        const width = this.element.clientWidth;
        if (!width) return;
        const scale = devicePixelRatio || 1;
        this.canvas.width = width * scale;
        this.canvas.height = height * scale;
        const ink = this.canvas.getContext('2d');
        if (!ink) return;
        ink.scale(scale, scale);
        const colours = toneColours();
        const { all } = this.rows;
        const { duration: whole } = this.rows.trace;
        const step = (height - 8) / Math.max(all.length, 16);
        const thick = Math.max(1, Math.min(3, step * 0.8));
        for (let at = 0; at < all.length; at += 1) {
            const { span } = all[at];
            ink.fillStyle = colours[tone(span.service)];
            ink.fillRect((span.start / whole) * width, 4 + at * step, Math.max(1, (span.duration / whole) * width), thick);
        }
        this.#place();
    }

    /** More spans of the same trace: the part of the time that is seen stays the same. @param {import('../data/rows.js').Rows} rows */
    take(rows) {
        const { trace: before } = this.rows;
        const { trace } = rows;
        const { from, to } = this.window;
        this.rows = rows;
        if (from === 0 && to === 1) return;
        const later = Number(before.startUnixNano - trace.startUnixNano);
        this.set((later + from * before.duration) / trace.duration, (later + to * before.duration) / trace.duration);
    }

    /** Which rows are seen. @param {{first: number, last: number}} seen */
    look(seen) {
        this.seen = seen;
        this.#place();
    }

    #place() {
        const { from, to } = this.window;
        const count = Math.max(this.rows.all.length, 16);
        this.before.style.width = `${from * 100}%`;
        this.after.style.left = `${to * 100}%`;
        this.after.style.width = `${(1 - to) * 100}%`;
        this.view.style.top = `${4 + (this.seen.first / count) * (height - 8)}px`;
        this.view.style.height = `${((this.seen.last - this.seen.first) / count) * (height - 8)}px`;
        this.view.hidden = this.seen.last - this.seen.first >= this.rows.all.length;
        this.ends.forEach((end, index) => {
            const at = index === 0 ? from : to;
            end.style.left = `${at * 100}%`;
            end.setAttribute('aria-valuenow', (at * 100).toFixed(1));
            end.setAttribute('aria-valuetext', duration(at * this.rows.trace.duration));
        });
    }

    /** @param {number} from @param {number} to */
    set(from, to) {
        const width = Math.min(1, Math.max(narrowest, to - from));
        const begin = Math.min(Math.max(0, from), 1 - width);
        this.window = { from: begin, to: begin + width };
        this.#place();
        this.changed(this.window);
    }

    /** Closer or wider, around a place. @param {number} factor @param {number} [around] */
    zoom(factor, around = (this.window.from + this.window.to) / 2) {
        const { from, to } = this.window;
        this.set(around - (around - from) * factor, around + (to - around) * factor);
    }

    /** @param {number} part of what is seen */
    pan(part) {
        const width = this.window.to - this.window.from;
        this.set(this.window.from + part * width, this.window.to + part * width);
    }

    /** @param {KeyboardEvent} event @param {'from' | 'to'} end */
    #key(event, end) {
        const step = /** @type {Record<string, number>} */ ({ ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01, PageUp: 0.1, PageDown: -0.1, Home: -1, End: 1 })[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        const next = { ...this.window, [end]: Math.min(1, Math.max(0, this.window[end] + step)) };
        if (next.to - next.from > narrowest) this.set(next.from, next.to);
    }

    /** @param {PointerEvent} event */
    #drag(event) {
        const box = this.element.getBoundingClientRect();
        const at = (/** @type {PointerEvent} */ one) => Math.min(1, Math.max(0, (one.clientX - box.left) / box.width));
        const end = this.ends.indexOf(event.target);
        const anchor = end === 0 ? this.window.to : end === 1 ? this.window.from : at(event);
        const move = (/** @type {PointerEvent} */ one) => {
            const [from, to] = [Math.min(anchor, at(one)), Math.max(anchor, at(one))];
            if (to - from > 0.004) this.set(from, to);
        };
        const stop = () => {
            this.element.removeEventListener('pointermove', move);
            this.element.removeEventListener('pointerup', stop);
            this.element.removeEventListener('pointercancel', stop);
        };
        this.element.setPointerCapture(event.pointerId);
        this.element.addEventListener('pointermove', move);
        this.element.addEventListener('pointerup', stop);
        this.element.addEventListener('pointercancel', stop);
    }
}
