// A change to a task that repeats: this one, those from here on, or all.

import { h } from '../lib/dom.js';
import { showDialog } from '../ui/dialog.js';

/**
 * @param {string} verb @param {{title: string}} task
 * @returns {Promise<string | null>} null when nothing is to be done
 */
export function askScope(verb, task) {
    return new Promise((resolve) => {
        /** @type {string | null} */
        let answer = null;
        const choose = (/** @type {string} */ scope) => { answer = scope; shown.close(); };
        const shown = showDialog({
            title: `${verb} a task that repeats`,
            content: h('div', { class: 'stack' }, h('p', {}, `“${task.title}” is one of a series.`),
                h('button', { type: 'button', class: 'button', onclick: () => choose('this') }, 'Only this one'),
                h('button', { type: 'button', class: 'button', onclick: () => choose('following') }, 'This and the following'),
                h('button', { type: 'button', class: 'button', onclick: () => choose('all') }, 'All of them')),
        });
        shown.element.addEventListener('close', () => resolve(answer));
    });
}
