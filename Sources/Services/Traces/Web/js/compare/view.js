// Two traces in one tree: what only one of them has, and how long the same work took in each.

import { announce, fill, h } from '../lib/dom.js';
import { ago, clock, counted, difference, duration, percent } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { shape } from '../data/services.js';
import * as api from '../net/api.js';
import { amend, back, go, pathTo } from '../ui/router.js';
import { empty, problem, skeleton } from '../ui/states.js';

const page = 400;

/**
 * @typedef {object} Row
 * @property {string[]} path
 * @property {number} depth
 * @property {string} service
 * @property {string} name
 * @property {string} kind
 * @property {{count: number, totalNano: number, errorCount: number} | null} left
 * @property {{count: number, totalNano: number, errorCount: number} | null} right
 * @property {number} deltaNano
 */

/** @param {import('../ui/router.js').Route} route @returns {import('../main.js').View} */
export function compareView(route) {
    const [left = '', right = ''] = route.param.toLowerCase().split('...');
    const asking = new AbortController();
    const body = h('div', { class: 'compare' }, skeleton(14, 34));
    const element = h('div', {}, h('h1', { class: 'visually-hidden' }, 'Two traces compared'), body);
    /** @type {Comparison | null} */
    let shown = null;
    const load = async () => {
        try {
            shown = new Comparison(await api.compare(left, right, asking.signal), route.query);
            fill(body, shown.element);
        } catch (error) {
            if (asking.signal.aborted) return;
            fill(body, [400, 404].includes(/** @type {any} */ (error).status) ? notThere(/** @type {any} */ (error).message) : problem(error, () => void load()));
        }
    };
    void load();
    return {
        title: 'Compare', element,
        keys: {
            j: () => shown?.move(1), ArrowDown: () => shown?.move(1), k: () => shown?.move(-1), ArrowUp: () => shown?.move(-1),
            o: () => shown?.order(), x: () => go(pathTo.compare(right, left)), Escape: () => back(pathTo.trace(left)),
        },
        close: () => asking.abort(),
    };
}

/** @param {string} message */
const notThere = (message) => empty('compare', 'These two cannot be compared', h('p', {}, message),
    h('p', {}, 'One of them may have left: the store removes the oldest traces when it has reached its size.'), h('a', { class: 'button primary', href: '/' }, 'Search for traces'));

class Comparison {
    most = page;

    /** @param {{left: any, right: any, rows: Row[]}} answer @param {URLSearchParams} query */
    constructor({ left, right, rows }, query) {
        this.rows = rows;
        this.isBySize = query.get('sort') === 'delta';
        this.wanted = query.get('only') ?? '';
        this.largest = Math.max(1, ...rows.map((row) => Math.abs(row.deltaNano)));
        const only = { left: rows.filter((row) => !row.right).length, right: rows.filter((row) => !row.left).length };
        const choices = [['', `All ${rows.length}`], ['both', `In both ${rows.length - only.left - only.right}`], ['left', `Only left ${only.left}`], ['right', `Only right ${only.right}`]];
        this.filters = choices.map(([value, text]) => h('button', { type: 'button', class: 'button', dataset: { only: value }, onclick: () => this.filter(value) }, text));
        this.sorter = h('button', { type: 'button', class: 'button', title: 'By tree or by difference (o)', onclick: () => this.order() });
        this.body = h('tbody');
        this.more = h('button', { type: 'button', class: 'button', onclick: () => { this.most += page; this.render(); } }, `Show ${page} more`);
        const whole = right.durationNano - left.durationNano;
        this.element = h('div', { class: 'compare' },
            h('div', { class: 'sides' }, side('Left', left), h('div', { class: 'versus' }, h('strong', {}, difference(whole)), h('span', { class: 'hint' }, left.durationNano ? `${whole >= 0 ? '+' : '−'}${percent(Math.abs(whole) / left.durationNano)}` : ''),
                h('button', { type: 'button', class: 'button', title: 'Swap (x)', onclick: () => go(pathTo.compare(right.traceId, left.traceId)) }, 'Swap')), side('Right', right)),
            h('div', { class: 'row', role: 'toolbar', 'aria-label': 'Rows' }, this.filters, h('span', { class: 'grow' }), this.sorter),
            h('div', { class: 'card table-scroll', tabindex: 0, role: 'region', 'aria-label': 'Comparison' }, h('table', { class: 'table compare-table' },
                h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Service and operation'), h('th', { scope: 'col', class: 'end' }, 'Left'), h('th', { scope: 'col', class: 'end' }, 'Right'), h('th', { scope: 'col', class: 'end' }, 'Difference'), h('th', { scope: 'col' }, h('span', { class: 'visually-hidden' }, 'As a bar')))),
                this.body)), this.more);
        this.render();
    }

    /** @param {string} only */
    filter(only) {
        this.wanted = only;
        this.render();
    }

    order() {
        this.isBySize = !this.isBySize;
        announce(this.isBySize ? 'By difference' : 'As a tree');
        this.render();
    }

    render() {
        amend({ sort: this.isBySize ? 'delta' : null, only: this.wanted || null });
        for (const button of this.filters) button.setAttribute('aria-pressed', String(button.dataset.only === this.wanted));
        fill(this.sorter, icon(this.isBySize ? 'tree' : 'compare'), this.isBySize ? 'Sort as a tree' : 'Sort by difference');
        const isWanted = { '': () => true, both: (/** @type {Row} */ row) => row.left && row.right, left: (/** @type {Row} */ row) => !row.right, right: (/** @type {Row} */ row) => !row.left }[this.wanted] ?? (() => true);
        const found = this.rows.filter(isWanted);
        if (this.isBySize) found.sort((one, other) => Math.abs(other.deltaNano) - Math.abs(one.deltaNano));
        fill(this.body, found.length ? found.slice(0, this.most).map((row, index) => this.#row(row, index)) : h('tr', {}, h('td', { colspan: 5 }, h('p', { class: 'hint' }, 'No span is like that.'))));
        this.more.hidden = found.length <= this.most;
    }

    /** @param {Row} row @param {number} index */
    #row(row, index) {
        const mark = !row.right ? 'only left' : !row.left ? 'only right' : '';
        const half = (Math.abs(row.deltaNano) / this.largest) * 50;
        const isSlower = row.deltaNano > 0;
        return h('tr', { tabindex: index === 0 ? 0 : -1, class: mark.replace(' ', '-') },
            h('th', { scope: 'row' }, h('span', { class: 'compare-name', style: { '--depth': this.isBySize ? '0' : String(Math.min(row.depth, 20)) } }, shape(row.service), h('strong', {}, row.service), h('span', { class: 'wrap' }, row.name), this.isBySize && row.path.length > 1 && h('span', { class: 'hint wrap' }, `in ${row.path.at(-2)}`), mark && h('span', { class: 'badge' }, mark))),
            h('td', { class: 'end' }, took(row.left)), h('td', { class: 'end' }, took(row.right)), h('td', { class: 'end' }, difference(row.deltaNano)),
            h('td', { class: 'delta' }, h('span', { class: `delta-bar ${isSlower ? 'slower' : 'faster'}`, style: { left: `${isSlower ? 50 : 50 - half}%`, width: `${half}%` } })));
    }

    /** @param {number} by */
    move(by) {
        const rows = /** @type {HTMLElement[]} */ ([...this.body.children]);
        const now = rows.indexOf(/** @type {any} */ (document.activeElement?.closest('tr')));
        const next = rows[now < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, now + by))];
        for (const row of rows) row.tabIndex = row === next ? 0 : -1;
        next?.focus();
    }
}

/** @param {{count: number, totalNano: number, errorCount: number} | null} one */
function took(one) {
    if (!one) return h('span', { class: 'hint' }, '–');
    return [duration(one.totalNano), one.count > 1 && h('span', { class: 'hint' }, ` ×${one.count}`), one.errorCount > 0 && h('span', { class: 'badge error' }, counted(one.errorCount, 'error'))];
}

/** @param {string} name @param {import('../net/api.js').Summary} trace */
function side(name, trace) {
    return h('a', { class: 'side card', href: pathTo.trace(trace.traceId) }, h('span', { class: 'hint' }, name),
        h('span', { class: 'side-name' }, shape(trace.rootService), h('strong', { class: 'wrap' }, trace.rootName)),
        h('span', {}, h('strong', {}, duration(trace.durationNano)), ` · ${counted(trace.spanCount, 'span')}`, trace.hasError && h('span', { class: 'badge error' }, icon('error'), 'error')),
        h('span', { class: 'hint' }, `${clock(trace.startUnixNano)} · ${ago(trace.startUnixNano)}`));
}
