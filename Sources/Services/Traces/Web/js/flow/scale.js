// Time on paper. Where nothing begins or ends for long, the axis is cut, so that what happens has room.

/** Of the time in which something happens: a silence that is longer is cut. */
const longSilence = 0.14;
/** Of the time in which something happens: work in which nothing else begins or ends is cut when it is longer. */
const longWork = 0.5;
/** A picture of few stages has room for them as they are. */
const fewStages = 6;
const cutWidth = 72;

/** @typedef {{from: number, to: number, x0: number, x1: number, isCut: boolean}} Piece */

export class Scale {
    /** @type {Piece[]} */
    pieces = [];

    /**
     * @param {{start: number, end: number}[]} stages
     * @param {number} width
     */
    constructor(stages, width) {
        const pieces = cut(stages);
        const cuts = pieces.filter((piece) => piece.isCut).length;
        const rest = Math.max(100, width - cuts * cutWidth);
        const shown = pieces.reduce((sum, piece) => sum + (piece.isCut ? 0 : piece.to - piece.from), 0) || 1;
        let x = 0;
        this.pieces = pieces.map((piece) => {
            const wide = piece.isCut ? cutWidth : (rest * (piece.to - piece.from)) / shown;
            const made = { ...piece, x0: x, x1: x + wide };
            x += wide;
            return made;
        });
    }

    /** @param {number} time */
    x(time) {
        const piece = this.pieces.find((one) => time <= one.to) ?? this.pieces.at(-1);
        if (!piece) return 0;
        const length = piece.to - piece.from || 1;
        return piece.x0 + Math.max(0, Math.min(1, (time - piece.from) / length)) * (piece.x1 - piece.x0);
    }
}

/** @param {{start: number, end: number}[]} stages */
function cut(stages) {
    const points = [...new Set(stages.flatMap((stage) => [stage.start, stage.end]))].sort((one, other) => one - other);
    if (points.length < 2) return [{ from: points[0] ?? 0, to: (points[0] ?? 0) + 1, isCut: false }];
    const starts = [...stages].sort((one, other) => one.start - other.start);
    let [next, reached] = [0, -Infinity];
    const parts = points.slice(1).map((to, index) => {
        const from = points[index];
        while (next < starts.length && starts[next].start <= from) reached = Math.max(reached, starts[next++].end);
        return { from, to, isBusy: reached >= to };
    });
    const busy = parts.reduce((sum, part) => sum + (part.isBusy ? part.to - part.from : 0), 0) || 1;
    const isLongWork = (/** @type {{from: number, to: number, isBusy: boolean}} */ part) => part.isBusy && stages.length > fewStages && part.to - part.from > busy * longWork;
    const work = parts.reduce((sum, part) => sum + (part.isBusy && !isLongWork(part) ? part.to - part.from : 0), 0) || 1;
    /** @type {{from: number, to: number, isCut: boolean}[]} */
    const pieces = [];
    for (const part of parts) {
        const isCut = isLongWork(part) || (!part.isBusy && part.to - part.from > Math.max(1e6, work * longSilence));
        const last = pieces.at(-1);
        if (last && !last.isCut && !isCut) last.to = part.to;
        else pieces.push({ from: part.from, to: part.to, isCut });
    }
    return pieces;
}
