// Search: what is looked for, how long it took over time, and the traces, newest first.

import { announce, fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { bytes, counted } from '../lib/format.js';
import { isHousekeeping, search as askSearch, store as askStore } from '../net/api.js';
import { go } from '../ui/router.js';
import { empty, problem, skeleton } from '../ui/states.js';
import { searchForm, toStore } from './form.js';
import { TraceList } from './rows.js';
import { Scatter } from './scatter.js';

/** The cursor before each page that one turned to, by its address: however one comes there, one can go on from there. @type {Map<string, string>} */
const newer = new Map();

/** @param {import('../ui/router.js').Route} route @returns {import('../main.js').View} */
export function searchView(route) {
    let query = route.query;
    let asking = new AbortController();
    const list = new TraceList('Traces found');
    const scatter = new Scatter((from, to) => {
        const next = new URLSearchParams(query);
        for (const name of ['last', 'cursor']) next.delete(name);
        next.set('from', from.toISOString());
        next.set('to', to.toISOString());
        go(`/?${next}`);
    });
    const results = h('div', { class: 'results', 'aria-busy': 'true' });
    const count = h('p', { class: 'hint', role: 'status' });
    const stored = h('p', { class: 'hint', title: 'What the store has, and how much of its disk space' });
    const form = searchForm(query, (next) => go(`/${next.size ? `?${next}` : ''}`));

    const refresh = async () => {
        asking.abort();
        asking = new AbortController();
        const { signal } = asking;
        results.setAttribute('aria-busy', 'true');
        if (!list.items.length) fill(results, skeleton(9, 62));
        try {
            const answer = await askSearch(toStore(query), signal);
            if (!signal.aborted) show(answer);
        } catch (error) {
            if (signal.aborted) return;
            list.show([]);
            scatter.show([]);
            count.textContent = '';
            fill(results, problem(error, () => void refresh()));
        }
        results.setAttribute('aria-busy', 'false');
    };

    /** @param {{items: import('../net/api.js').Summary[], nextCursor: string | null}} answer */
    const show = ({ items: all, nextCursor }) => {
        // Nobody looks for them who does not ask for them.
        const isAsked = ['all', 'service', 'operation', 'tag', 'task', 'status'].some((name) => query.has(name));
        const items = isAsked ? all : all.filter((one) => !isHousekeeping(one));
        const hidden = all.length - items.length;
        list.show(items);
        scatter.show(items);
        const isFirst = !query.get('cursor');
        const rest = hidden ? [`, without ${counted(hidden, 'relay and tick', 'relays and ticks')} `, h('button', { type: 'button', class: 'link', onclick: () => turn(query.get('cursor') ?? '', true) }, 'Show them')] : [];
        fill(count, items.length || hidden ? `${counted(items.length, 'trace')}${nextCursor || !isFirst ? ' on this page' : ''}, newest first` : '', rest);
        announce(items.length ? counted(items.length, 'trace') : 'No trace found');
        if (!items.length && !hidden) return fill(results, nothing(query));
        fill(results, list.element, h('nav', { class: 'pages row', 'aria-label': 'Pages', hidden: isFirst && !nextCursor },
            h('button', { type: 'button', class: 'button', disabled: isFirst, onclick: () => turn(newer.get(address(query.get('cursor') ?? '')) ?? '') }, icon('left'), 'Newer'),
            h('button', {
                type: 'button', class: 'button', disabled: !nextCursor, onclick: () => {
                    newer.set(address(nextCursor ?? ''), query.get('cursor') ?? '');
                    turn(nextCursor ?? '');
                },
            }, 'Older', icon('right'))));
    };

    const address = (/** @type {string} */ cursor, showsAll = false) => {
        const next = new URLSearchParams(query);
        if (showsAll) next.set('all', 'true');
        if (cursor) next.set('cursor', cursor);
        else next.delete('cursor');
        return `/${next.size ? `?${next}` : ''}`;
    };

    const turn = (/** @type {string} */ cursor, showsAll = false) => go(address(cursor, showsAll));

    const filters = h('details', { class: 'filters' }, h('summary', { class: 'button' }, icon('filter'), 'What to look for'), form.element);
    const wide = matchMedia('(min-width: 981px)');
    const unfold = () => { filters.open = wide.matches; };
    wide.addEventListener('change', unfold);
    unfold();

    askStore().then((state) => {
        stored.textContent = `${counted(state.spans, 'span')} · ${counted(state.traces, 'trace')} · ${bytes(state.diskBytes)} of ${bytes(state.diskLimitBytes)}`;
    }, () => { /* The list says it. */ });
    void refresh();
    const element = h('div', { class: 'search' }, filters,
        h('div', { class: 'found' }, h('div', { class: 'found-head' }, h('h1', {}, 'Traces'), count, h('span', { class: 'grow' }), stored,
            h('button', { type: 'button', class: 'button', onclick: () => void refresh() }, 'Refresh')),
        scatter.element, list.compare, h('div', { class: 'card' }, results)));
    return {
        title: 'Search', element,
        keys: { ...list.keys, r: () => void refresh(), '/': () => { filters.open = true; form.focus(); } },
        take(next) {
            if (next.view !== 'search') return false;
            query = next.query;
            form.take(query);
            if (!wide.matches) filters.open = false;
            void refresh();
            return true;
        },
        close() {
            asking.abort();
            scatter.close();
            wide.removeEventListener('change', unfold);
        },
    };
}

/** @param {URLSearchParams} query */
function nothing(query) {
    if (!query.size) return empty('tree', 'No trace has arrived yet', h('p', {}, 'Every request to the platform leaves one. Make a task, and look again in a second or two.'));
    return empty('search', 'No trace is like that',
        h('p', {}, 'Traces leave when the store has reached its size, and arrive a second or two after their last span ended.'),
        h('a', { class: 'button', href: '/' }, 'Show all traces'));
}
