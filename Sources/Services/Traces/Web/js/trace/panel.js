// Beside the waterfall: everything one span says; or, without a span, what is to be said of the whole trace.

import { fill, h } from '../lib/dom.js';
import { clock, counted, duration, exact, percent, shown } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { serviceMark, shape } from '../data/services.js';
import { selfTime } from '../data/trace.js';
import { pathTo } from '../ui/router.js';
import { copy } from '../ui/states.js';
import { pathNames } from './toolbar.js';

/** @typedef {import('../data/trace.js').Span} Span */

/**
 * @typedef {object} About what is known beside the tree; each part comes when it comes
 * @property {import('../data/trace.js').Trace} trace
 * @property {any} [analysis]
 * @property {string} [path] which critical path is shown: `flow`, `answer`, or none
 * @property {any} [analysisError]
 * @property {any[]} [logs]
 */

/** @param {string} title @param {number | null} count @param {any} content @param {boolean} [isOpen] */
const section = (title, count, content, isOpen = true) => h('details', { class: 'part', open: isOpen },
    h('summary', {}, h('h3', {}, title), count !== null && h('span', { class: 'badge' }, String(count))), content);

/** @param {[string, any][]} facts */
const factList = (facts) => h('dl', { class: 'facts' }, facts.filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));

/** Values as they are, and nothing of them is markup. @param {Record<string, any>} attributes */
function attributeTable(attributes) {
    const entries = Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1));
    if (!entries.length) return h('p', { class: 'hint' }, 'None.');
    return h('dl', { class: 'attributes' }, entries.map(([name, value]) => h('div', {}, h('dt', {}, name),
        h('dd', { class: 'mono' }, shown(value)))));
}

/** @param {string} text @param {string} what */
const copyable = (text, what) => h('span', { class: 'copyable' }, h('span', { class: 'mono wrap' }, text),
    h('button', { type: 'button', class: 'icon-button small', 'aria-label': `Copy ${what}`, onclick: () => void copy(text, what) }, icon('copy', 'icon tiny')));

/** @param {any[]} logs @param {import('../data/trace.js').Trace} trace @param {((span: Span) => void) | null} select */
function logList(logs, trace, select) {
    if (!logs.length) return h('p', { class: 'hint' }, 'No log line.');
    return h('ol', { class: 'logs' }, logs.slice(0, 300).map((line) => {
        const span = trace.byID.get(line.spanId);
        const isBad = line.severityNumber >= 13;
        return h('li', { class: isBad ? 'bad' : '' },
            h('p', { class: 'log-line' }, h('span', { class: `badge${isBad ? ' error' : ''}` }, line.severity || 'LOG'), h('span', { class: 'wrap' }, shown(line.body))),
            h('p', { class: 'hint log-more' }, `+${duration(Number(line.timeUnixNano - trace.startUnixNano))} `, serviceMark(line.service),
                select && span && h('button', { type: 'button', class: 'link', onclick: () => select(span) }, span.name)),
            Object.keys(line.attributes).length > 0 && h('p', { class: 'mono hint wrap' }, Object.entries(line.attributes).sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, value]) => `${name}=${shown(value)}`).join('  ')));
    }), logs.length > 300 && h('li', { class: 'hint' }, `${logs.length - 300} more.`));
}

export class Panel {
    /** @type {Span | null} */
    span = null;

    /** @param {About} about @param {{select: (span: Span) => void, close: () => void}} hands */
    constructor(about, hands) {
        this.about = about;
        this.hands = hands;
        this.element = h('aside', { class: 'panel card', 'aria-label': 'Details', tabindex: -1 });
    }

    /** @param {Span | null} span */
    show(span) {
        this.span = span;
        const isSame = this.last?.id === span?.id;
        const top = this.element.scrollTop;
        const parts = () => /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll('button, a, summary')]);
        const focused = parts().findIndex((one) => one === document.activeElement);
        const closed = new Set([...this.element.querySelectorAll('details:not([open]) h3')].map((title) => title.textContent));
        fill(this.element, span ? this.#ofSpan(span) : this.#ofTrace());
        this.element.classList.toggle('of-span', Boolean(span));
        this.element.scrollTop = isSame ? top : 0;
        this.last = span;
        if (!isSame) return;
        for (const title of this.element.querySelectorAll('summary h3')) if (closed.has(title.textContent)) title.closest('details')?.removeAttribute('open');
        if (focused >= 0) (parts()[focused] ?? this.element).focus({ preventScroll: true });
    }

    /** @param {Span} span */
    #ofSpan(span) {
        const { trace, logs } = this.about;
        const path = span.critical.reduce((sum, part) => sum + part.end - part.start, 0);
        const self = selfTime(trace, span);
        const lines = logs?.filter((line) => line.spanId === span.id);
        const incoming = this.#incoming(span);
        const outgoing = this.#outgoing(span);
        return [h('header', { class: 'panel-head' }, h('div', { class: 'grow' }, h('p', { class: 'panel-service' }, serviceMark(span.service), span.isOfSidecar && h('span', { class: 'badge' }, 'its sidecar')),
            h('h2', { class: 'panel-title' }, span.name)),
        h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close the details', onclick: () => this.hands.close() }, icon('close'))),
        span.status === 'error' && h('p', { class: 'panel-error' }, icon('error'), h('span', {}, span.statusMessage || span.attributes['error.type'] || 'It failed.')),
        factList([
            ['Took', h('span', {}, h('strong', {}, duration(span.duration)), ` of ${duration(trace.duration)}`)],
            ['Itself', `${duration(self)} (${percent(span.duration ? self / span.duration : 1)}), the rest is below it`],
            ['On the critical path', path > 0 ? `${duration(path)} (${percent(path / trace.duration)} of the trace)` : this.about.analysis && this.about.path ? 'No' : null],
            ['Began', `+${duration(span.start)} after the trace`],
            ['At', h('span', { class: 'mono' }, exact(span.startUnixNano))],
            ['Until', h('span', { class: 'mono' }, exact(span.startUnixNano + BigInt(span.duration)))],
            ['Kind', span.kind], ['Status', span.status], ['Made by', span.scope || null],
            ['Span', copyable(span.id, 'the span id')],
            ['Parent', span.parent ? this.#spanButton(span.parent) : span.parentID ? `${span.parentID}, which is not here` : 'None: it is a root'],
        ]),
        section('Attributes', Object.keys(span.attributes).length, attributeTable(span.attributes)),
        span.events.length > 0 && section('Events', span.events.length, h('ol', { class: 'events' }, span.events.map((event) => h('li', {},
            h('p', {}, h('strong', { class: 'wrap' }, event.name), h('span', { class: 'hint' }, ` +${duration(Number(event.timeUnixNano - trace.startUnixNano))}`)),
            Object.keys(event.attributes).length > 0 && attributeTable(event.attributes))))),
        outgoing.length > 0 && section('Links to', outgoing.length, h('ul', { class: 'links' }, outgoing)),
        incoming.length > 0 && section('Linked from', incoming.length, h('ul', { class: 'links' }, incoming)),
        section('Logs', lines?.length ?? null, lines ? logList(lines, trace, null) : h('p', { class: 'hint' }, 'On their way.'))];
    }

    /** @param {Span} span @param {string} [hint] */
    #spanButton(span, hint) {
        return h('button', { type: 'button', class: 'link', onclick: () => this.hands.select(span) }, shape(span.service), ` ${span.name}`, hint && h('span', { class: 'hint' }, ` ${hint}`));
    }

    /** @param {Span} span */
    #outgoing(span) {
        const { trace, analysis } = this.about;
        return span.links.map((link) => {
            const reason = link.attributes?.['todo.link.reason'];
            const inside = link.traceId === trace.id ? trace.byID.get(link.spanId) : undefined;
            const known = analysis?.links.outgoing.find((/** @type {any} */ one) => one.traceId === link.traceId && one.linkedSpanId === link.spanId);
            const text = known?.rootName ?? `trace ${link.traceId.slice(0, 8)}…`;
            return h('li', {}, icon('link', 'icon tiny'), inside ? this.#spanButton(inside)
                : known && !known.known ? h('span', { class: 'wrap' }, text, h('span', { class: 'hint' }, ' that is no longer here'))
                    : h('a', { class: 'link', href: pathTo.trace(link.traceId, link.spanId) }, text),
            reason && h('span', { class: 'badge' }, String(reason)));
        });
    }

    /** @param {Span} span */
    #incoming(span) {
        const { trace, analysis } = this.about;
        const inside = trace.spans.filter((one) => one.links.some((link) => link.spanId === span.id && link.traceId === trace.id));
        const outside = (analysis?.links.incoming ?? []).filter((/** @type {any} */ one) => one.linkedSpanId === span.id);
        return [...inside.map((one) => h('li', {}, icon('link', 'icon tiny'), this.#spanButton(one))),
            ...outside.map((/** @type {any} */ one) => h('li', {}, icon('link', 'icon tiny'),
                h('a', { class: 'link', href: pathTo.trace(one.traceId, one.spanId) }, one.rootName ?? one.traceId), one.reason && h('span', { class: 'badge' }, one.reason)))];
    }

    #ofTrace() {
        const { trace, analysis, analysisError, logs } = this.about;
        return [h('header', { class: 'panel-head' }, h('h2', { class: 'panel-title' }, 'The whole trace')),
            factList([['Began', h('span', { class: 'mono' }, exact(trace.startUnixNano))], ['Here', clock(trace.startUnixNano)], ['Trace', copyable(trace.id, 'the trace id')],
                ['Parents missing', analysis?.orphans?.length ? `${counted(analysis.orphans.length, 'span')} whose parent is not here` : null]]),
            analysis ? section('Where the time went', null, this.#services(analysis)) : analysisError ? h('p', { class: 'hint pad' }, analysisError.message) : h('p', { class: 'hint pad' }, 'Where the time went is being worked out.'),
            analysis && this.#linked(analysis),
            section('Logs', logs?.length ?? null, logs ? logList(logs, trace, this.hands.select) : h('p', { class: 'hint' }, 'On their way.'))];
    }

    /** Time on the critical path, service by service. @param {any} analysis */
    #services(analysis) {
        const { trace } = this.about;
        /** @type {Map<string, number>} */
        const onPath = new Map();
        for (const span of trace.spans) for (const part of span.critical) onPath.set(span.service, (onPath.get(span.service) ?? 0) + part.end - part.start);
        const path = (this.about.path === 'flow' ? analysis.flowPath : analysis.criticalPath) ?? [];
        const length = path.length ? Number(path.at(-1).endUnixNano - path[0].startUnixNano) : 0;
        const rest = Math.max(0, length - [...onPath.values()].reduce((sum, one) => sum + one, 0));
        const rows = [...analysis.services].sort((one, other) => (onPath.get(other.name) ?? 0) - (onPath.get(one.name) ?? 0));
        return [h('table', { class: 'shares' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Service'), h('th', { scope: 'col', class: 'end' }, 'Spans'), h('th', { scope: 'col', class: 'end' }, `On the critical path ${pathNames[this.about.path ?? ''] ?? ''}`))),
            h('tbody', {}, rows.map((one) => {
                const nano = onPath.get(one.name) ?? 0;
                return h('tr', {}, h('th', { scope: 'row' }, serviceMark(one.name), one.errorCount > 0 && h('span', { class: 'badge error' }, counted(one.errorCount, 'error'))),
                    h('td', { class: 'end' }, String(one.spanCount)),
                    h('td', { class: 'end' }, h('span', { class: 'share' }, h('span', { class: 'share-bar', style: { width: `${(nano / trace.duration) * 100}%` } })), h('span', { class: 'share-text' }, duration(nano))));
            }), rest > trace.duration / 1000 && h('tr', {}, h('th', { scope: 'row' }, 'Waiting, between spans'), h('td', {}), h('td', { class: 'end' }, duration(rest))))),
        h('p', { class: 'hint' }, 'The critical path is what a faster trace would have to shorten: at each moment, the work that what came later waited for.')];
    }

    /** @param {any} analysis */
    #linked(analysis) {
        const { outgoing, incoming } = analysis.links;
        /** @type {Map<string, any>} */
        const traces = new Map();
        for (const one of [...incoming, ...outgoing]) if (one.traceId !== this.about.trace.id && !traces.has(one.traceId)) traces.set(one.traceId, one);
        if (!traces.size) return null;
        return section('Linked traces', traces.size, h('ul', { class: 'links' }, [...traces.values()].slice(0, 50).map((one) => h('li', {}, icon('link', 'icon tiny'),
            one.known === false ? h('span', {}, one.rootName ?? one.traceId.slice(0, 8), h('span', { class: 'hint' }, ' no longer here')) : h('a', { class: 'link', href: pathTo.trace(one.traceId) }, one.rootName ?? `trace ${one.traceId.slice(0, 8)}…`),
            one.reason && h('span', { class: 'badge' }, one.reason)))));
    }
}
