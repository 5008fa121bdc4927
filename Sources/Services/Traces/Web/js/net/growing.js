// A trace that is opened a moment after the act that began it: its spans are still on their way. It is asked for again
// until it has come to rest.

import { trace as askTrace } from './api.js';

/** How often one that nobody knows is asked for, before that is said. */
const patience = 3;
/** After this many looks it is left as it is: something makes spans of it for ever. */
const mostLooks = 40;

/** @param {number} wait @param {AbortSignal} signal */
const pause = (wait, signal) => new Promise((done) => {
    const timer = setTimeout(done, wait);
    signal.addEventListener('abort', () => {
        clearTimeout(timer);
        done(undefined);
    }, { once: true });
});

/** @param {any} tree */
function spansOf(tree) {
    let count = 0;
    for (const waiting = [...tree.roots]; waiting.length; count += 1) waiting.push(...waiting.pop().children);
    return count;
}

/**
 * Gives the tree each time that it has grown, and at last when it rests; nothing while it is awaited.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<{tree: any, isSettled: boolean, isNew: boolean} | null>}
 */
export async function* growing(id, signal) {
    let known = -1;
    for (let look = 0; look < mostLooks && !signal.aborted; look += 1) {
        let tree;
        let isSettled = false;
        try {
            tree = await askTrace(id, signal, true);
            isSettled = true;
        } catch (error) {
            const { status } = /** @type {{status?: number}} */ (error);
            if (status === 404 && look < patience && /^[0-9a-f]{32}$/.test(id)) {
                yield null;
                await pause(800, signal);
                continue;
            }
            if (status !== 425) throw error;
            tree = await askTrace(id, signal);
        }
        const count = spansOf(tree);
        if (count !== known || isSettled) yield { tree, isSettled, isNew: count !== known };
        known = count;
        if (isSettled) return;
        await pause(1200, signal);
    }
}
