// How services look: each has a colour and a shape, because a colour alone does not tell everybody something. The
// platform's own keep theirs from trace to trace; red is for errors only.

import { h, s } from '../lib/dom.js';

const own = ['gateway', 'tasks', 'assistant', 'reminders', 'recurring', 'audit', 'notifications', 'page'];
const others = 4;

const shapes = [
    'M6 1a5 5 0 100 10A5 5 0 006 1z', 'M1.6 1.6h8.8v8.8H1.6z', 'M6 .4L11.6 6 6 11.6.4 6z', 'M6 .8l5.5 10H.5z',
    'M3.2 1h5.6L11.6 6l-2.8 5H3.2L.4 6z', 'M6 11.2L.5 1.2h11z', 'M4 .8h4V4h3.2v4H8v3.2H4V8H.8V4H4z', 'M1 3h10v6H1z',
    'M6 .6l1.6 3.6 3.9.4-2.9 2.6.8 3.9L6 9.1l-3.4 2 .8-3.9L.5 4.6l3.9-.4z', 'M1 1h10L6 6l5 5H1z', 'M3 1h6v10H3z', 'M1 8.5a5 5 0 0110 0z',
];

/** The number of a service's tone. @param {string} service */
export function tone(service) {
    const index = own.indexOf(service);
    if (index >= 0) return index;
    let hash = 7;
    for (let at = 0; at < service.length; at += 1) hash = (hash * 31 + service.charCodeAt(at)) >>> 0;
    return own.length + (hash % others);
}

/** The shape of a service. @param {string} service @param {string} [className] */
export function shape(service, className = 'shape') {
    const index = tone(service);
    return s('svg', { viewBox: '0 0 12 12', class: `${className} tone-${index}`, 'aria-hidden': 'true' }, s('path', { d: shapes[index] }));
}

/** Where its shape is drawn within a picture. @param {string} service */
export const shapePath = (service) => shapes[tone(service)];

/** Shape and name. @param {string} service */
export function serviceMark(service) {
    return h('span', { class: 'service' }, shape(service), h('span', {}, service));
}

/** Colours for canvases, as they are now. @returns {string[]} */
export function toneColours() {
    const style = getComputedStyle(document.documentElement);
    const probe = h('span', { hidden: true });
    document.body.append(probe);
    const found = [...own, ...Array(others).keys()].map((_, index) => {
        probe.style.color = style.getPropertyValue(`--tone-${index}`);
        return getComputedStyle(probe).color;
    });
    probe.remove();
    return found;
}
