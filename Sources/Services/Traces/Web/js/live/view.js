// Live: traces as they settle, the newest on top; as many rows as are good to look at, and no more.

import { announce, fill, h, onceAFrame } from '../lib/dom.js';
import { bytes, counted, number } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { isHousekeeping, services as askServices } from '../net/api.js';
import { tail } from '../net/tail.js';
import { TraceList } from '../search/rows.js';
import { amend } from '../ui/router.js';
import { empty } from '../ui/states.js';

/** Rows that are kept. */
const most = 100;
/** Traces that wait while it is paused; older ones are counted only. */
const mostWaiting = 500;

/** @param {import('../ui/router.js').Route} route @returns {import('../main.js').View} */
export function liveView(route) {
    const list = new TraceList('Newest traces');
    /** @type {import('../net/api.js').Summary[]} */
    let waiting = [];
    let isPaused = false;
    let seen = 0;
    const chosen = { service: route.query.get('service') ?? '', errors: route.query.get('errors') === 'true', hidesRelays: route.query.get('relays') !== 'true' };

    const state = h('span', { class: 'live-state', role: 'status' });
    const stored = h('p', { class: 'hint' });
    const count = h('p', { class: 'hint' });
    const pause = h('button', { type: 'button', class: 'button', 'aria-pressed': 'false', title: 'Pause (p)', onclick: () => toggle() });
    const service = h('select', { class: 'input', 'aria-label': 'Service', onchange: () => refilter({ service: service.value }) }, h('option', { value: '' }, 'Any service'));
    const check = (/** @type {string} */ text, /** @type {boolean} */ isOn, /** @type {(isOn: boolean) => void} */ work) => h('label', { class: 'check' }, h('input', { type: 'checkbox', checked: isOn, onchange: (/** @type {any} */ event) => work(event.target.checked) }), text);
    const place = h('div', { class: 'card results' });

    const isWanted = (/** @type {import('../net/api.js').Summary} */ trace) => (!chosen.service || trace.services.includes(chosen.service))
        && (!chosen.errors || trace.hasError) && (!chosen.hidesRelays || !isHousekeeping(trace));

    const show = onceAFrame(() => {
        if (isPaused) return told();
        for (const trace of waiting.slice(-most)) list.add(trace, most);
        waiting = [];
        if (list.items.length && !list.element.isConnected) fill(place, list.element);
        told();
    });

    const told = () => {
        count.textContent = `${counted(seen, 'trace')} since this page was opened${isPaused && waiting.length ? `, ${number(waiting.length)} of them wait` : ''}`;
        fill(pause, icon(isPaused ? 'play' : 'pause'), isPaused ? `Go on${waiting.length ? ` (${number(waiting.length)})` : ''}` : 'Pause');
        pause.setAttribute('aria-pressed', String(isPaused));
        if (!list.items.length) fill(place, empty('live', isPaused ? 'Paused' : 'Waiting for traces', h('p', {}, 'A trace is shown when no span of it has come for a moment. Make a task, and it appears here.')));
    };

    const toggle = () => {
        isPaused = !isPaused;
        announce(isPaused ? 'Paused' : 'Going on');
        show();
    };

    /** @param {Partial<typeof chosen>} change */
    const refilter = (change) => {
        Object.assign(chosen, change);
        amend({ service: chosen.service || null, errors: chosen.errors ? 'true' : null, relays: chosen.hidesRelays ? null : 'true' });
        list.show(list.items.filter(isWanted));
        waiting = waiting.filter(isWanted);
        show();
    };

    const names = (/** @type {string[]} */ known) => {
        const now = chosen.service;
        fill(service, h('option', { value: '' }, 'Any service'), [...new Set([...known, ...(now ? [now] : [])])].sort().map((name) => h('option', { value: name }, name)));
        service.value = now;
    };
    names([]);
    askServices().then((answer) => names(answer.items.map((one) => one.name)), () => { /* The state says it. */ });

    const end = tail({
        trace(trace) {
            if (!isWanted(trace)) return;
            seen += 1;
            waiting.push(trace);
            if (waiting.length > mostWaiting) waiting.shift();
            show();
        },
        count(figures) {
            stored.textContent = `${counted(figures.spans, 'span')} of ${counted(figures.traces, 'trace')} here, ${bytes(figures.bytes)}`;
        },
        state(now) {
            const text = { connecting: 'Connecting', open: 'Live', closed: 'Not connected, trying again' }[now];
            if (state.textContent !== text) fill(state, h('span', { class: `live-dot ${now}` }), text);
        },
    });
    told();
    const element = h('div', { class: 'live' },
        h('div', { class: 'found-head' }, h('h1', {}, 'Live'), state, count, h('span', { class: 'grow' }), stored),
        h('div', { class: 'live-tools row' }, pause, service,
            check('Errors only', chosen.errors, (errors) => refilter({ errors })), check('Without relays and ticks', chosen.hidesRelays, (hidesRelays) => refilter({ hidesRelays }))),
        list.compare, place);
    return {
        title: 'Live', element, keys: { ...list.keys, p: toggle, '/': () => service.focus() },
        close() {
            end();
            show.cancel();
        },
    };
}
