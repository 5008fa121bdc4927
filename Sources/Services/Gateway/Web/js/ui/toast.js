// The note at the bottom: what was done, the way back, and the trace of it.

import { announce, fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { outcome, undo } from '../data/tasks.js';
import { showTrace } from './trace.js';

/** @param {AbortSignal} signal ends it @returns {HTMLElement} */
export function toast(signal) {
    const box = h('div', { class: 'toast-place' });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const hide = () => { box.replaceChildren(); };
    outcome.watch((now) => {
        clearTimeout(timer);
        if (!now) return hide();
        const isError = Boolean(now.error);
        announce(now.text);
        const took = now.action?.duration;
        fill(box, h('div', { class: `toast${isError ? ' error' : ''}`, role: 'group', 'aria-label': 'What just happened' },
            took !== undefined && h('span', { class: 'toast-bars', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')),
            h('span', { class: 'toast-text' }, now.text, took !== undefined && h('span', { class: 'toast-time' }, `${Math.round(took)} ms`)),
            now.undo && h('button', { type: 'button', class: 'toast-button', onclick: () => { hide(); void undo(now.undo).catch(() => {}); } }, 'Undo'),
            now.action && h('button', { type: 'button', class: 'toast-button', onclick: () => showTrace(now.action?.traceId ?? '') }, 'Trace'),
            h('button', { type: 'button', class: 'toast-button', 'aria-label': 'Close the note', onclick: hide }, icon('close'))));
        // Time to read, and more while somebody is about to press.
        const later = () => { timer = setTimeout(() => (box.matches(':hover, :focus-within') ? later() : hide()), isError ? 9000 : 6000); };
        later();
    }, signal);
    return box;
}
