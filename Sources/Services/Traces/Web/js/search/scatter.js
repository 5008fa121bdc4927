// How long traces took over time: each is a point, slow ones are high. The list below has the same for people who listen.

import { fill, h, s } from '../lib/dom.js';
import { clock, duration } from '../lib/format.js';
import { shapePath, tone } from '../data/services.js';
import { go, pathTo } from '../ui/router.js';

const height = 148;
const edge = { left: 64, right: 18, top: 12, bottom: 24 };

export class Scatter {
    /** @type {import('../net/api.js').Summary[]} */
    #items = [];

    /** Times, in milliseconds since 1970, of the left and the right edge. */
    #shown = { first: 0, last: 1 };

    /** @param {(from: Date, to: Date) => void} pick a part of the time that was dragged over */
    constructor(pick) {
        this.pick = pick;
        this.drawing = s('svg', { class: 'scatter-drawing', height });
        this.drawing.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => this.#drag(event));
        this.element = h('div', { class: 'scatter card' }, this.drawing);
        this.watcher = new ResizeObserver(() => this.#draw());
        this.watcher.observe(this.element);
    }

    close() {
        this.watcher.disconnect();
    }

    /** @param {import('../net/api.js').Summary[]} items */
    show(items) {
        this.#items = items;
        this.element.hidden = items.length < 2;
        this.#draw();
    }

    #draw() {
        const width = this.element.clientWidth;
        const items = this.#items;
        if (width < 120 || items.length < 2) return;
        const times = items.map((one) => Number(one.startUnixNano / 1000n) / 1e3);
        const [first, last] = [Math.min(...times), Math.max(...times)];
        const lengths = items.map((one) => Math.max(1000, one.durationNano));
        // Powers of ten, because one trace may take a thousand times as long as another.
        const low = Math.floor(Math.log10(Math.min(...lengths)) * 2) / 2;
        const high = Math.max(low + 0.5, Math.ceil(Math.log10(Math.max(...lengths)) * 2) / 2);
        const x = (/** @type {number} */ time) => edge.left + 8 + ((time - first) / (last - first || 1)) * (width - edge.left - edge.right - 16);
        const y = (/** @type {number} */ nano) => height - edge.bottom - ((Math.log10(nano) - low) / (high - low)) * (height - edge.top - edge.bottom);
        const levels = [];
        for (let power = Math.ceil(low); power <= high; power += 1) levels.push(10 ** power);
        if (levels.length < 2) levels.splice(0, levels.length, 10 ** low, 10 ** high);
        const middle = BigInt(Math.round((first + last) / 2)) * 1000000n;
        this.#shown = { first, last };
        this.drawing.setAttribute('width', width);
        this.drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
        this.drawing.setAttribute('role', 'img');
        this.drawing.setAttribute('aria-label', `Durations of ${items.length} traces over time, from ${duration(Math.min(...lengths))} to ${duration(Math.max(...lengths))}`);
        fill(this.drawing,
            levels.map((nano) => [s('line', { class: 'grid', x1: edge.left, x2: width - edge.right, y1: y(nano), y2: y(nano) }),
                s('text', { class: 'axis', x: edge.left - 8, y: y(nano) + 4, 'text-anchor': 'end' }, nano >= 60e9 ? `${nano / 1e9} s` : duration(nano).replace(/\.0+ /, ' '))]),
            [[first, 'start'], ...(width > 520 ? [[(first + last) / 2, 'middle']] : []), [last, 'end']].map(([time, anchor]) => s('text', {
                class: 'axis', x: x(/** @type {number} */ (time)), y: height - 7, 'text-anchor': anchor,
            }, (anchor === 'middle' ? clock(middle) : clock(BigInt(Math.round(/** @type {number} */ (time))) * 1000000n)).slice(0, 8))),
            items.map((one, index) => this.#point(one, x(times[index]), y(lengths[index]))));
    }

    /** @param {PointerEvent} event */
    #drag(event) {
        if (event.button !== 0 || event.pointerType === 'touch') return;
        const box = this.drawing.getBoundingClientRect();
        const begin = event.clientX - box.left;
        const area = s('rect', { class: 'picked', y: edge.top, height: height - edge.top - edge.bottom });
        const at = (/** @type {PointerEvent} */ one) => Math.max(edge.left, Math.min(box.width - edge.right, one.clientX - box.left));
        const move = (/** @type {PointerEvent} */ one) => {
            area.setAttribute('x', String(Math.min(begin, at(one))));
            area.setAttribute('width', String(Math.abs(at(one) - begin)));
            if (!area.isConnected) this.drawing.prepend(area);
        };
        const stop = (/** @type {PointerEvent} */ one) => {
            removeEventListener('pointermove', move);
            removeEventListener('pointerup', stop);
            area.remove();
            const [from, to] = [Math.min(begin, at(one)), Math.max(begin, at(one))].map((x) => this.#timeAt(x, box.width));
            if (Math.abs(at(one) - begin) > 12) this.pick(new Date(Math.floor(from)), new Date(Math.ceil(to)));
        };
        addEventListener('pointermove', move);
        addEventListener('pointerup', stop);
    }

    /** @param {number} x @param {number} width */
    #timeAt(x, width) {
        const { first, last } = this.#shown;
        return first + ((x - edge.left - 8) / (width - edge.left - edge.right - 16)) * (last - first);
    }

    /** @param {import('../net/api.js').Summary} one @param {number} x @param {number} y */
    #point(one, x, y) {
        const point = s('g', { class: `point tone-${tone(one.rootService)}${one.hasError ? ' error' : ''}`, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` },
            s('circle', { class: 'reach', r: 11 }),
            one.hasError ? s('path', { class: 'cross', d: 'M-4 -4L4 4M4 -4L-4 4' }) : s('path', { d: shapePath(one.rootService), transform: 'translate(-5 -5) scale(.84)' }),
            s('title', {}, `${one.rootName} · ${duration(one.durationNano)} · ${clock(one.startUnixNano)}${one.hasError ? ' · error' : ''}`));
        point.addEventListener('click', () => go(pathTo.trace(one.traceId)));
        return point;
    }
}
