// Changing what somebody else may be writing, too.

import { fetchTask, known } from './known.js';
import { outcome } from './outcome.js';
import { change, isConflict } from './tasks.js';

/** @typedef {import('./tasks.js').TodoTask} TodoTask */

/**
 * Texts are not overwritten when somebody else changed them meanwhile. That something else of the task changed, such as
 * its place in the list a moment ago, is no reason to refuse.
 * @param {TodoTask} task as it was when the editing began
 * @param {any} patch
 * @param {{isQuiet?: boolean, done?: string}} [options]
 */
export async function changeText(task, patch, options = {}) {
    const latest = known.get(task.id);
    let base = latest && isUntouched(task, latest, patch) ? latest : task;
    for (let tries = 1; ; tries += 1) {
        try {
            return await change(base, patch, { ...options, ifMatch: true, seesConflicts: true });
        } catch (error) {
            if (!isConflict(error)) throw error;
            const fresh = await fetchTask(task.id);
            if (!fresh || !isUntouched(task, fresh, patch) || tries === 5) {
                outcome.value = { text: /** @type {Error} */ (error).message, error };
                throw error;
            }
            base = fresh;
        }
    }
}

/** Whether what the patch is about is as it was. @param {any} before @param {any} now @param {any} patch */
const isUntouched = (before, now, patch) => Object.keys(patch).every((name) => (now[name] ?? '') === (before[name] ?? ''));
