// What is shown while it cannot be known who is signed in.

import { h } from '../lib/dom.js';
import { mark } from '../lib/icons.js';

export function waitingView() {
    return h('main', { class: 'auth' },
        h('div', { class: 'auth-side', 'aria-hidden': 'true' }, h('div', { class: 'waterfall' }, Array.from({ length: 9 }, () => h('i')))),
        h('div', { class: 'auth-card', role: 'status' }, h('div', { class: 'brand large' }, mark(), h('span', {}, 'Todo')),
            h('h1', {}, 'Waiting for the service'),
            h('p', { class: 'hint' }, 'It does not answer now. You stay signed in, and the page goes on by itself as soon as it does.')));
}
