// Light, dark, high contrast, or as the system has it.

import { note } from './states.js';

const names = { system: 'as the system', light: 'light', dark: 'dark', contrast: 'high contrast' };
const changed = new EventTarget();

/** Calls when colours change, whoever changes them; gives what ends that. @param {() => void} work */
export function onColours(work) {
    const media = matchMedia('(prefers-color-scheme: dark)');
    media.addEventListener('change', work);
    changed.addEventListener('change', work);
    return () => {
        media.removeEventListener('change', work);
        changed.removeEventListener('change', work);
    };
}

export function nextTheme() {
    const root = document.documentElement;
    const order = /** @type {(keyof typeof names)[]} */ (Object.keys(names));
    const now = /** @type {keyof typeof names} */ (root.dataset.theme ?? 'system');
    const next = order[(order.indexOf(now) + 1) % order.length];
    if (next === 'system') delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
        localStorage.setItem('todo.traces.theme', next);
    } catch {
        // It holds until the page is closed.
    }
    changed.dispatchEvent(new Event('change'));
    note(`Colours: ${names[next]}`);
}
