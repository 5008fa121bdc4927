// The same as the picture, in rows: for people who listen, and for those who want figures.

import { h } from '../lib/dom.js';
import { duration } from '../lib/format.js';
import { serviceMark } from '../data/services.js';
import { pathTo } from '../ui/router.js';

const words = /** @type {Record<string, string>} */ ({ request: 'Request', write: 'Writes', outbox: 'Waits in the outbox', publish: 'Is handed to the broker', broker: 'At the broker', handle: 'Handles', invoke: 'Is called', job: 'Job', effect: 'Effect' });

/** @param {ReturnType<typeof import('./story.js').story>} told @param {string} traceID */
export function flowTable({ stages, edges }, traceID) {
    const byID = new Map(stages.map((stage) => [stage.id, stage]));
    const causes = new Map(edges.map((edge) => [edge.to, edge]));
    return h('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': 'Stages of the flow' }, h('table', { class: 'table' },
        h('thead', {}, h('tr', {}, ['Began', 'Service', 'Stage', 'What', 'Took', 'Waited', 'After'].map((text, index) => h('th', { scope: 'col', class: [0, 4, 5].includes(index) ? 'end' : '' }, text)))),
        h('tbody', {}, [...stages].sort((one, other) => one.start - other.start).map((stage) => {
            const cause = causes.get(stage.id);
            const from = cause && byID.get(cause.from);
            return h('tr', {}, h('td', { class: 'end' }, duration(stage.start)), h('td', {}, serviceMark(stage.service)), h('td', { class: 'nowrap' }, words[stage.kind] ?? stage.kind),
                h('td', {}, h('a', { class: 'link', href: pathTo.trace(traceID, stage.spanIds[0]) }, stage.title), stage.topic && h('span', { class: 'hint' }, ` on ${stage.topic}`),
                    stage.onPath && h('span', { class: 'badge' }, 'critical'), stage.errorCount > 0 && h('span', { class: 'badge error' }, 'error')),
                h('td', { class: 'end' }, duration(stage.end - stage.start)), h('td', { class: 'end' }, cause && cause.waitNano > 0 ? duration(cause.waitNano) : '–'),
                h('td', {}, from ? `${from.service}: ${(words[from.kind] ?? from.kind).toLowerCase()}` : '–'));
        }))));
}
