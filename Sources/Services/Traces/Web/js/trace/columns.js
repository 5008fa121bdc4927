// The edge between names and bars: dragged, or moved by arrow keys. Where it stands is kept for the next trace.

import { h } from '../lib/dom.js';

const [least, most] = [15, 80];
let share = 44;

/** @param {HTMLElement} table whose `--name` is set */
export function columnEdge(table) {
    const element = h('div', { class: 'column-edge', role: 'separator', tabindex: 0, 'aria-orientation': 'vertical', 'aria-label': 'Width of names', 'aria-valuemin': least, 'aria-valuemax': most });
    const move = (/** @type {number} */ to) => {
        share = Math.min(most, Math.max(least, to));
        table.style.setProperty('--name', `${share}%`);
        element.setAttribute('aria-valuenow', String(Math.round(share)));
    };
    element.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        const step = /** @type {Record<string, number>} */ ({ ArrowLeft: -2, ArrowRight: 2, Home: -100, End: 100 })[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        move(share + step);
    });
    element.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => {
        event.preventDefault();
        element.setPointerCapture(event.pointerId);
        const box = table.getBoundingClientRect();
        const drag = (/** @type {PointerEvent} */ one) => move(((one.clientX - box.left) / box.width) * 100);
        element.addEventListener('pointermove', drag);
        element.addEventListener('lostpointercapture', () => element.removeEventListener('pointermove', drag), { once: true });
    });
    move(share);
    return element;
}
