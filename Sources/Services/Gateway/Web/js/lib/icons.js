// Icons, drawn on a grid of 20 with one stroke. They stand beside words or in buttons with a label: all are hidden from
// people who listen.

/** @type {Record<string, string>} */
const paths = {
    today: 'M4 5.5h12v11H4zM4 8.5h12M7 3.5v3M13 3.5v3M8 12.5l1.5 1.5 3-3',
    upcoming: 'M4 5.5h12v11H4zM4 8.5h12M7 3.5v3M13 3.5v3M7 12h.01M10 12h.01M13 12h.01',
    overdue: 'M10 3.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM10 6.5V10l2.5 1.5',
    all: 'M7.5 5.5H17M7.5 10H17M7.5 14.5H17M3.5 5.5h.01M3.5 10h.01M3.5 14.5h.01',
    done: 'M10 3.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM7 10.2l2.1 2.1L13.2 8',
    trash: 'M4 6h12M8 6V4h4v2M5.5 6l.8 10.5h7.4L14.5 6M8.5 9v5M11.5 9v5',
    calendar: 'M4 5.5h12v11H4zM4 8.5h12M8 8.5v8M12 8.5v8M4 12.5h12M7 3.5v2M13 3.5v2',
    template: 'M4 4h12v4H4zM4 11h5v5H4zM12 11h4v5h-4z',
    settings: 'M4 6h7M15 6h1M4 14h1M9 14h7M13 4.2a1.8 1.8 0 100 3.6 1.8 1.8 0 000-3.6zM7 12.2a1.8 1.8 0 100 3.6 1.8 1.8 0 000-3.6z',
    search: 'M9 4a5 5 0 100 10A5 5 0 009 4zM12.8 12.8L17 17',
    bell: 'M10 3.5a4.5 4.5 0 00-4.5 4.5v3L4 13.5h12L14.5 11V8A4.5 4.5 0 0010 3.5zM8.5 16.3h3',
    plus: 'M10 4.5v11M4.5 10h11',
    close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
    list: 'M4 4.5h12v11H4zM7 8h6M7 11.5h4',
    filter: 'M3.5 5h13l-5 6v4.5l-3 1.5v-6z',
    more: 'M5 10h.01M10 10h.01M15 10h.01',
    drag: 'M8 5.5h.01M12 5.5h.01M8 10h.01M12 10h.01M8 14.5h.01M12 14.5h.01',
    flag: 'M5 17V3.8M5 4.5c3-1.5 5 1.5 9.5 0v7c-4.5 1.5-6.5-1.5-9.5 0',
    tag: 'M3.8 4h6l6.4 6.4-5.8 5.8L4 9.8zM7 7h.01',
    repeat: 'M5 9.5V8a2 2 0 012-2h7.5M12.5 3.8L14.8 6l-2.3 2.2M15 10.5V12a2 2 0 01-2 2H5.5M7.5 16.2L5.2 14l2.3-2.2',
    reminder: 'M10 5a5.5 5.5 0 100 11 5.5 5.5 0 000-11zM10 8v2.7l1.8 1M4.5 3.8L3 5.3M15.5 3.8L17 5.3',
    subtasks: 'M4.5 4v8.5a2 2 0 002 2H9M4.5 7.5H9M11 5.5h5.5v4H11zM11 12.5h5.5v4H11z',
    history: 'M4 6v3.5h3.5M4.4 9.5A6 6 0 1010 4a6 6 0 00-4.8 2.4M10 7v3.3l2.2 1.3',
    trace: 'M3.5 5h8M6 10h9M9.5 15h5',
    undo: 'M7.5 4.5L4 8l3.5 3.5M4 8h7.5a4 4 0 010 8H8',
    menu: 'M3.5 6h13M3.5 10h13M3.5 14h13',
    check: 'M5 10.5l3.5 3.5L15.5 7',
    left: 'M12 5l-5 5 5 5',
    right: 'M8 5l5 5-5 5',
    down: 'M5 8l5 5 5-5',
    sun: 'M10 7a3 3 0 100 6 3 3 0 000-6zM10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4',
    help: 'M10 3.5a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM8.2 8a1.9 1.9 0 113 1.6c-.8.5-1.2.8-1.2 1.7M10 13.6h.01',
    offline: 'M3.5 3.5l13 13M5 11a5.5 5.5 0 012.5-1.6M12 9.2a5.5 5.5 0 013 1.8M3 8a9 9 0 012.7-1.8M9 5.1A9 9 0 0117 8M10 15h.01',
    chat: 'M4 4.5h12v9H9.5L6 16.5v-3H4z',
    copy: 'M7 7h9v9H7zM4 13V4h9',
    note: 'M4.5 5.5h11M4.5 9h11M4.5 12.5h7',
    sort: 'M6.5 4v12M3.8 13.3L6.5 16l2.7-2.7M13.5 16V4M10.8 6.7L13.5 4l2.7 2.7',
    select: 'M4 4h12v12H4zM7 10.2l2.1 2.1L13.2 8',
    snooze: 'M10 4.5a6 6 0 100 12 6 6 0 000-12zM8 8.5h4l-4 4h4',
    out: 'M8 4H4v12h4M8 10h8.5M13.5 7l3 3-3 3',
    external: 'M8 5H4.5v10.5H15V12M11 4.5h4.5V9M15.3 4.7L9.5 10.5',
};

const space = 'http://www.w3.org/2000/svg';

/** @param {string} name @param {string} [className] @returns {SVGElement} */
export function icon(name, className = 'icon') {
    const svg = document.createElementNS(space, 'svg');
    svg.setAttribute('viewBox', '0 0 20 20');
    svg.setAttribute('class', className);
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(space, 'path');
    path.setAttribute('d', paths[name] ?? '');
    svg.appendChild(path);
    return svg;
}

/** The mark: spans of a trace that end in a tick. */
export function mark() {
    const svg = document.createElementNS(space, 'svg');
    svg.setAttribute('viewBox', '0 0 32 32');
    svg.setAttribute('class', 'mark');
    svg.setAttribute('aria-hidden', 'true');
    for (const [shape, kind] of [['M4 8h13', 'far'], ['M8 15h7', 'near'], ['M7 22l5.5 5L28 11', 'tick']]) {
        const path = document.createElementNS(space, 'path');
        path.setAttribute('d', shape);
        path.setAttribute('class', kind);
        svg.appendChild(path);
    }
    return svg;
}
