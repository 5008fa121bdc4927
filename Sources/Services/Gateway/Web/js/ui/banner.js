// What is wrong with the connection, and what waits for it.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { online } from '../net/http.js';
import { send, waiting } from '../net/outbox.js';
import { connection } from '../net/stream.js';

/** @param {AbortSignal} signal ends it */
export function banner(signal) {
    const box = h('div', { class: 'banner-place', role: 'status' });
    const show = () => {
        const count = waiting.value.length;
        const queued = count === 1 ? '1 change waits to be sent' : `${count} changes wait to be sent`;
        if (!online.value) {
            fill(box, h('div', { class: 'banner warn' }, icon('offline'), h('span', {}, h('strong', {}, 'You are offline. '),
                count > 0 ? `${queued}. ` : '', 'You can go on: what you do is kept and sent later.')));
        } else if (count > 0) {
            fill(box, h('div', { class: 'banner' }, icon('offline'), h('span', {}, `${queued}.`),
                h('button', { type: 'button', class: 'button small', onclick: () => void send() }, 'Send now')));
        } else if (connection.value === 'away') {
            fill(box, h('div', { class: 'banner quiet' }, h('span', {}, 'Live updates are interrupted. Trying again…')));
        } else box.replaceChildren();
    };
    online.watch(show, signal);
    waiting.watch(show, signal);
    connection.watch(show, signal);
    return box;
}
