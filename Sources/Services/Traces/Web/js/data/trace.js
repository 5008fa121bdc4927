// A trace as rows: every span in the order of the tree, with its place in time as an offset from the beginning.

import { json } from '../lib/format.js';

/**
 * @typedef {object} Span
 * @property {string} id
 * @property {string | null} parentID
 * @property {Span | null} parent
 * @property {string} name
 * @property {string} service
 * @property {string} scope
 * @property {string} kind
 * @property {bigint} startUnixNano
 * @property {number} start nanoseconds from the beginning of the trace
 * @property {number} duration
 * @property {number} end
 * @property {string} status
 * @property {string | undefined} statusMessage
 * @property {Record<string, any>} attributes
 * @property {{name: string, timeUnixNano: bigint, attributes: Record<string, any>}[]} events
 * @property {{traceId: string, spanId: string, attributes: Record<string, any>}[]} links
 * @property {number} index in the order of the tree
 * @property {number} below how many spans are below it
 * @property {boolean} isOfSidecar
 * @property {boolean} isStatement
 * @property {{start: number, end: number}[]} critical what it has of the critical path
 * @property {string} [words] what is looked through
 */

/** @typedef {{spanId: string, startUnixNano: bigint, endUnixNano: bigint, isWait?: boolean}} Segment of a critical path; nobody works in a wait */

export class Trace {
    /** @type {Span[]} */
    spans = [];
    /** @type {Map<string, Span>} */
    byID = new Map();
    /** By how much of the trace is theirs is known to the analysis; here in order of appearance. @type {string[]} */
    services = [];
    startUnixNano = 0n;
    duration = 1;

    /** @param {any} tree as the store answers with it */
    constructor(tree) {
        this.id = tree.traceId;
        this.#flatten(tree.roots);
        let first = this.spans[0]?.startUnixNano ?? 0n;
        for (const span of this.spans) if (span.startUnixNano < first) first = span.startUnixNano;
        this.startUnixNano = first;
        for (const span of this.spans) {
            span.start = Number(span.startUnixNano - first);
            span.end = span.start + span.duration;
            if (span.end > this.duration) this.duration = span.end;
        }
        this.services = [...new Set(this.spans.map((span) => span.service))];
        this.errorCount = this.spans.reduce((sum, span) => sum + (span.status === 'error' ? 1 : 0), 0);
    }

    get root() {
        return this.spans[0];
    }

    /** Without recursion: traces are as deep as somebody made them. @param {any[]} roots */
    #flatten(roots) {
        /** @type {{node: any, parent: Span | null}[]} */
        const waiting = roots.map((node) => ({ node, parent: null })).reverse();
        while (waiting.length) {
            const { node, parent } = /** @type {{node: any, parent: Span | null}} */ (waiting.pop());
            const span = toSpan(node, parent, this.spans.length);
            this.spans.push(span);
            this.byID.set(span.id, span);
            for (let at = node.children.length - 1; at >= 0; at -= 1) waiting.push({ node: node.children[at], parent: span });
        }
        for (let at = this.spans.length - 1; at >= 0; at -= 1) {
            const { parent, below } = this.spans[at];
            if (parent) parent.below += below + 1;
        }
    }

    /** @param {Segment[]} path */
    takePath(path) {
        for (const span of this.spans) span.critical = [];
        for (const { spanId, startUnixNano, endUnixNano, isWait } of path) {
            if (isWait) continue;
            const start = Number(startUnixNano - this.startUnixNano);
            this.byID.get(spanId)?.critical.push({ start, end: Number(endUnixNano - this.startUnixNano) });
        }
    }

    /** Spans in which all words occur. @param {string} text @returns {Set<Span>} */
    find(text) {
        const words = text.toLowerCase().split(/\s+/).filter(Boolean);
        if (!words.length) return new Set();
        return new Set(this.spans.filter((span) => {
            span.words ??= wordsOf(span);
            return words.every((word) => /** @type {string} */ (span.words).includes(word));
        }));
    }
}

/** @param {any} node @param {Span | null} parent @param {number} index @returns {Span} */
function toSpan(node, parent, index) {
    const attributes = node.attributes ?? {};
    return {
        id: node.spanId, parentID: node.parentSpanId ?? null, parent, name: node.name, service: node.service, scope: node.scope ?? '',
        kind: node.kind, startUnixNano: BigInt(node.startUnixNano), start: 0, end: 0, duration: Number(node.durationNano), status: node.status,
        statusMessage: node.statusMessage, attributes, events: node.events ?? [], links: node.links ?? [], index, below: 0,
        isOfSidecar: node.scope === 'todo.sidecar' || String(node.scope).startsWith('dapr'),
        isStatement: 'db.system.name' in attributes || 'db.system' in attributes, critical: [],
    };
}

/** @param {Span} span */
function wordsOf(span) {
    const attributes = json(span.attributes);
    const events = span.events.length ? json(span.events) : '';
    return `${span.id} ${span.name} ${span.service} ${span.kind} ${span.status} ${span.statusMessage ?? ''} ${attributes} ${events}`.toLowerCase();
}

/** Time of a span that none of its children has. @param {Trace} trace @param {Span} span */
export function selfTime(trace, span) {
    let [covered, reached] = [0, span.start];
    const children = [];
    for (let at = span.index + 1; at <= span.index + span.below; at += 1 + trace.spans[at].below) children.push(trace.spans[at]);
    for (const child of children.sort((one, other) => one.start - other.start)) {
        const [from, to] = [Math.max(child.start, reached), Math.min(child.end, span.end)];
        if (to > from) covered += to - from;
        reached = Math.max(reached, to);
    }
    return span.duration - covered;
}
