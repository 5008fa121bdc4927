// Which spans are rows, and how deep: some are folded away, some kinds are hidden, and what is below those moves up.

/** @typedef {import('./trace.js').Span} Span */
/** @typedef {{span: Span, depth: number, hasMore: boolean, isFolded: boolean, showsService: boolean}} Row */

export class Rows {
    /** @type {Set<Span>} */
    folded = new Set();
    hidesStatements = false;
    hidesSidecars = false;
    /** @type {Row[]} */
    all = [];
    /** @type {Map<Span, number>} */
    #places = new Map();

    /** @param {import('./trace.js').Trace} trace @param {Rows} [before] whose choices are kept */
    constructor(trace, before) {
        this.trace = trace;
        this.hidesStatements = before?.hidesStatements ?? false;
        this.hidesSidecars = before?.hidesSidecars ?? false;
        for (const { id } of before?.folded ?? []) {
            const span = trace.byID.get(id);
            if (span) this.folded.add(span);
        }
        this.arrange();
    }

    /** @param {Span} span */
    isHidden(span) {
        return (this.hidesStatements && span.isStatement) || (this.hidesSidecars && span.isOfSidecar);
    }

    arrange() {
        const { spans } = this.trace;
        /** @type {Map<Span, {depth: number, service: string}>} */
        const places = new Map();
        /** @type {Row[]} */
        const rows = [];
        for (let at = 0; at < spans.length; at += 1) {
            const span = spans[at];
            const above = span.parent ? places.get(span.parent) : undefined;
            if (this.isHidden(span)) {
                places.set(span, above ?? { depth: -1, service: '' });
                continue;
            }
            const depth = (above?.depth ?? -1) + 1;
            places.set(span, { depth, service: span.service });
            const isFolded = this.folded.has(span);
            rows.push({ span, depth, hasMore: isFolded, isFolded, showsService: above?.service !== span.service });
            if (isFolded) at += span.below;
        }
        for (let at = 0; at + 1 < rows.length; at += 1) if (rows[at + 1].depth > rows[at].depth) rows[at].hasMore = true;
        this.all = rows;
        this.#places = new Map(rows.map((row, index) => [row.span, index]));
    }

    /** The row of a span, or of the nearest one above it that has one. @param {Span | null | undefined} span */
    indexOf(span) {
        for (let one = span; one; one = one.parent) {
            const index = this.#places.get(one);
            if (index !== undefined) return index;
        }
        return -1;
    }

    /** Unfolds what a span is below of, and shows its kind. @param {Span} span */
    uncover(span) {
        let changed = false;
        for (let one = span.parent; one; one = one.parent) changed = this.folded.delete(one) || changed;
        if (this.isHidden(span)) {
            if (span.isStatement) this.hidesStatements = false;
            if (span.isOfSidecar) this.hidesSidecars = false;
            changed = true;
        }
        if (changed) this.arrange();
        return changed;
    }

    foldAll() {
        this.folded = new Set(this.trace.spans.filter((span) => span.below > 0 && span.parent));
        this.arrange();
    }

    unfoldAll() {
        this.folded.clear();
        this.arrange();
    }
}
