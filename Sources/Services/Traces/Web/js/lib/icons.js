// Icons on a grid of 20 with one stroke. They stand beside words or in buttons with a label: all are hidden from people
// who listen.

import { s } from './dom.js';

/** @type {Record<string, string>} */
const paths = {
    search: 'M9 4a5 5 0 100 10A5 5 0 009 4zM12.8 12.8L17 17',
    live: 'M3.5 10h3l2-5 3 10 2-5h3',
    flow: 'M3.5 4h5v4h-5zM11.5 12h5v4h-5zM6 8v6h5.5',
    tree: 'M3.5 5h8M6 10h9M9.5 15h5',
    compare: 'M4 4h4.5v12H4zM11.5 4H16v12h-4.5z',
    close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
    copy: 'M7 7h9v9H7zM4 13V4h9',
    download: 'M10 3.5v9M6.5 9L10 12.5 13.5 9M4 16h12',
    left: 'M12 5l-5 5 5 5',
    right: 'M8 5l5 5-5 5',
    up: 'M5 12l5-5 5 5',
    down: 'M5 8l5 5 5-5',
    sun: 'M10 7a3 3 0 100 6 3 3 0 000-6zM10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4',
    help: 'M10 3.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM8.2 8a1.9 1.9 0 113 1.6c-.8.5-1.2.8-1.2 1.7M10 13.6h.01',
    error: 'M10 3.5l7 12.5H3zM10 8v4M10 14h.01',
    path: 'M4 15.5c6 0 1.5-10 6-10M10 5.5c3.5 0 2.5 5 6 5M4 15.5h.01M16 10.5h.01',
    link: 'M8.5 11.5l3-3M9.5 6l1.3-1.3a3.2 3.2 0 014.5 4.5L14 10.5M10.5 14l-1.3 1.3a3.2 3.2 0 01-4.5-4.5L6 9.5',
    pause: 'M7 5v10M13 5v10',
    play: 'M6.5 4.5l9 5.5-9 5.5z',
    clock: 'M10 3.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM10 6.5V10l2.5 1.5',
    zoom: 'M9 4a5 5 0 100 10A5 5 0 009 4zM12.8 12.8L17 17M7 9h4M9 7v4',
    all: 'M5 4.5v11M15 4.5v11M8 10h4M10 8l2 2-2 2',
    filter: 'M3.5 5h13l-5 6v4.5l-3 1.5v-6z',
    table: 'M4 4.5h12v11H4zM4 8.5h12M9 4.5v11',
};

/** @param {string} name @param {string} [className] @returns {SVGElement} */
export function icon(name, className = 'icon') {
    return s('svg', { viewBox: '0 0 20 20', class: className, 'aria-hidden': 'true' }, s('path', { d: paths[name] ?? '' }));
}

/** The mark: spans of a trace that end in a tick. */
export function mark() {
    return s('svg', { viewBox: '0 0 32 32', class: 'mark', 'aria-hidden': 'true' },
        s('path', { d: 'M4 8h13', class: 'far' }), s('path', { d: 'M8 15h7', class: 'near' }), s('path', { d: 'M7 22l5.5 5L28 11' }));
}
