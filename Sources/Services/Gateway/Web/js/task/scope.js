// A change to a task that repeats: this one, those from here on, or all.

import { h } from '../lib/dom.js';
import { remove } from '../data/tasks.js';
import { showDialog, showPopover } from '../ui/dialog.js';

/**
 * @param {string} verb @param {{title: string}} task
 * @param {{hasThis?: boolean}} [options] whether it can be of this one alone: a rule cannot
 * @returns {Promise<string | null>} null when nothing is to be done
 */
export function askScope(verb, task, { hasThis = true } = {}) {
    return new Promise((resolve) => {
        /** @type {string | null} */
        let answer = null;
        const choose = (/** @type {string} */ scope) => { answer = scope; shown.close(); };
        const title = `${verb} a task that repeats`;
        const content = h('div', { class: 'stack' }, h('p', {}, `“${task.title}” is one of a series.`),
            hasThis && h('button', { type: 'button', class: 'button', onclick: () => choose('this') }, 'Only this one'),
            h('button', { type: 'button', class: 'button', onclick: () => choose('following') }, 'This and the following'),
            h('button', { type: 'button', class: 'button', onclick: () => choose('all') }, 'All of them'));
        const onclose = () => resolve(answer);
        // A dialog would close the editor that asks, with what was entered there.
        const asking = /** @type {HTMLElement | null} */ (document.querySelector('.popover.editor:popover-open [type="submit"]'));
        const shown = asking ? showPopover(asking, content, { label: title, onclose }) : showDialog({ title, content });
        if (!asking) shown.element.addEventListener('close', onclose);
    });
}

/** Deletes a task; of a series, what is wanted. @param {import('../data/tasks.js').TodoTask} task @returns {Promise<boolean>} whether it was done */
export async function removeAsking(task) {
    const scope = task.recurrence ? await askScope('Delete', task) : '';
    if (scope === null) return false;
    await remove(task, scope || undefined);
    return true;
}
