// What just happened, and the way back from it.

import { Store } from '../lib/store.js';

/** For the note at the bottom. @typedef {{text: string, undo?: string, action?: import('../net/trace.js').Action, error?: any}} Outcome */

/** @type {Store<Outcome | null>} */
export const outcome = new Store(/** @type {any} */ (null));

/** Tokens of what can be undone, the newest last. @type {string[]} */
export const undos = [];
