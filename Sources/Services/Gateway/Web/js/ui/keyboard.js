// Keys that work everywhere, and the list of all of them.

import { h, isTyping } from '../lib/dom.js';
import { showDialog } from './dialog.js';
import { go } from './router.js';
import { undo } from '../data/tasks.js';

/** @type {[string, [string, string][]][]} */
const help = [
    ['Everywhere', [
        ['Ctrl K', 'Command palette'], ['?', 'This help'], ['/', 'Search'], ['n', 'New task'], ['z', 'Undo'],
        ['b', 'Notifications'], ['a', 'Assistant'],
    ]],
    ['Go to', [
        ['g t', 'Today'], ['g u', 'Upcoming'], ['g o', 'Overdue'], ['g a', 'All'], ['g d', 'Done'], ['g x', 'Trash'],
        ['g c', 'Calendar'], ['g p', 'Templates'], ['g s', 'Settings'],
    ]],
    ['In a list', [
        ['j ↓', 'Next task'], ['k ↑', 'Previous task'], ['Enter', 'Open'], ['c', 'Complete or reopen'], ['e', 'Edit the title'],
        ['s', 'Due date'], ['1 – 4', 'Priority, 0 for none'], ['x', 'Select'], ['Shift ↓ ↑', 'Select on'], ['Alt ↓ ↑', 'Move the task'],
        ['Delete', 'To the trash'], ['Escape', 'Close, or select nothing'],
    ]],
];

export function showHelp() {
    showDialog({
        title: 'Keyboard',
        className: 'wide',
        content: h('div', { class: 'keys' }, help.map(([title, rows]) => h('section', {}, h('h3', {}, title),
            h('dl', {}, rows.map(([keys, text]) => h('div', {},
                h('dt', {}, keys.split(' ').map((key) => h('kbd', {}, key))), h('dd', {}, text))))))),
    });
}

const places = { t: 'today', u: 'upcoming', o: 'overdue', a: 'all', d: 'done', x: 'trash', c: 'calendar', p: 'templates', s: 'settings' };

let asked = () => false;

/** Whether `g` was pressed: the next key names a place, whatever else it does where the focus is. */
export const isGoing = () => asked();

/**
 * @param {Record<string, () => void>} commands by key: `n`, `/` …
 * @param {() => void} palette
 * @param {AbortSignal} signal ends it
 */
export function listenToKeys(commands, palette, signal) {
    let isGoing = false;
    asked = () => isGoing;
    document.addEventListener('keydown', (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
            event.preventDefault();
            return palette();
        }
        if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
        if (document.querySelector('dialog[open]') || document.querySelector(':popover-open')) return;
        if (isGoing) {
            isGoing = false;
            const place = places[/** @type {'t'} */ (event.key)];
            if (place) {
                event.preventDefault();
                return go(`/app/${place}`);
            }
        }
        if (event.key === 'g') {
            isGoing = true;
            setTimeout(() => { isGoing = false; }, 1200);
            return;
        }
        const command = event.key === '?' ? showHelp : event.key === 'z' ? () => void undo().catch(() => {}) : commands[event.key];
        if (!command) return;
        event.preventDefault();
        command();
    }, { signal });
}
