// Light, dark, high contrast, or as the system has it.

import { Store } from '../lib/store.js';

export const themes = { system: 'As the system', light: 'Light', dark: 'Dark', contrast: 'High contrast' };

/** @type {Store<string>} */
export const theme = new Store(document.documentElement.dataset.theme ?? 'system');

/** @param {string} name */
export function choose(name) {
    if (name === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    try {
        localStorage.setItem('todo.theme', name);
    } catch {
        // It holds until the page is closed.
    }
    theme.value = name;
}
