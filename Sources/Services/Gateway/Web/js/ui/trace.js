// "Show trace": where to see everything that an act caused.

import { announce, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { showDialog } from './dialog.js';

/** The address of the trace inspector when the platform tells one: `…{traceId}…`. */
function inspector(/** @type {string} */ traceId) {
    const pattern = document.querySelector('meta[name="todo-trace-inspector"]')?.getAttribute('content') ?? '';
    if (!/^https?:\/\//.test(pattern)) return null;
    return pattern.includes('{traceId}') ? pattern.replace('{traceId}', traceId) : pattern + traceId;
}

/** @param {string} label @param {string} text */
function copyable(label, text) {
    const button = h('button', {
        type: 'button', class: 'button small',
        onclick: async () => {
            try {
                await navigator.clipboard.writeText(text);
                button.lastChild.textContent = 'Copied';
                announce(`${label} copied`);
            } catch {
                getSelection()?.selectAllChildren(code);
            }
        },
    }, icon('copy'), h('span', {}, 'Copy'));
    const code = h('code', { class: 'copy-text' }, text);
    return h('div', { class: 'copy-line' }, h('span', { class: 'copy-label' }, label), code, button);
}

/** @param {string} traceId */
export function showTrace(traceId) {
    const link = inspector(traceId);
    showDialog({
        title: 'The trace of this',
        className: 'trace-dialog',
        content: h('div', { class: 'stack' },
            h('p', { class: 'hint' }, 'One tree of spans tells everything that this caused: from this page through every service, the database and the events, to whoever was told.'),
            copyable('Trace', traceId),
            copyable('Print it', `todo trace ${traceId}`),
            link && h('a', { class: 'button primary', href: link, target: '_blank', rel: 'noopener noreferrer' }, icon('external'), 'Open in the inspector')),
    });
}
