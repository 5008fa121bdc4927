// What stands above a trace, however it is looked at.

import { h } from '../lib/dom.js';
import { ago, clock, counted, day, duration } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { shape } from '../data/services.js';
import { pathTo } from '../ui/router.js';
import { copy } from '../ui/states.js';

export const copyAddress = () => void copy(location.href, 'The address');

/** What it is called and how much it is. @param {import('../data/trace.js').Trace} trace */
export function traceTitle(trace) {
    const { root } = trace;
    const when = day(trace.startUnixNano);
    return h('div', { class: 'grow' },
        h('h1', { class: 'trace-name' }, shape(root?.service ?? 'unknown', 'shape large'), h('span', {}, root?.name ?? trace.id)),
        h('p', { class: 'trace-facts' }, h('strong', {}, duration(trace.duration)), ` · ${counted(trace.spans.length, 'span')} · ${counted(trace.services.length, 'service')} · ${when ? `${when} ` : ''}${clock(trace.startUnixNano)} · ${ago(trace.startUnixNano)}`,
            trace.errorCount > 0 && h('span', { class: 'badge error' }, icon('error'), counted(trace.errorCount, 'error')), h('span', { class: 'badge growing', role: 'status' }, 'still growing')));
}

/** @param {import('../data/trace.js').Trace} trace @param {'trace' | 'flow'} view */
export function traceHead(trace, view) {
    const tab = (/** @type {'trace' | 'flow'} */ name, /** @type {string} */ href, /** @type {string} */ picture, /** @type {string} */ text) => h('a', { class: 'button', href, 'aria-current': view === name ? 'page' : undefined, title: view === name ? undefined : `${text} (f)` }, icon(picture), text);
    const compare = h('input', { class: 'input mono compare-id', 'aria-label': 'Compare with the trace of this id', placeholder: 'Compare with id', autocomplete: 'off', spellcheck: 'false', maxlength: 80 });
    return h('header', { class: 'trace-head' }, traceTitle(trace),
        h('nav', { class: 'row', 'aria-label': 'This trace' },
            tab('trace', pathTo.trace(trace.id), 'tree', 'Waterfall'), tab('flow', pathTo.flow(trace.id), 'flow', 'Event flow')),
        h('div', { class: 'row' },
            h('form', {
                class: 'compare-form', onsubmit: (/** @type {Event} */ event) => {
                    event.preventDefault();
                    const other = /[0-9a-f]{32}/i.exec(compare.value)?.[0];
                    if (other) location.assign(pathTo.compare(trace.id, other.toLowerCase()));
                    else compare.setAttribute('aria-invalid', 'true');
                },
            }, compare),
            h('button', { type: 'button', class: 'button', 'aria-label': 'Copy the address', title: 'Copy the address (y)', onclick: copyAddress }, icon('copy'), h('span', { class: 'wide-only' }, 'Address')),
            h('a', { class: 'button', href: `/inspector/traces/${encodeURIComponent(trace.id)}`, download: `trace-${trace.id}.json` }, icon('download'), 'JSON')));
}
