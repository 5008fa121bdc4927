// Draws a flow: lanes, time, arrows below, boxes and events above them. Each box and event is a link to its spans.

import { h, s } from '../lib/dom.js';
import { duration, ticks } from '../lib/format.js';
import { shapePath, tone } from '../data/services.js';
import { pathTo } from '../ui/router.js';
import { sizes } from './plan.js';

/** @typedef {import('./plan.js').PlacedBox} PlacedBox */
/** @typedef {import('./plan.js').PlacedEvent} PlacedEvent */

const barTop = sizes.box - sizes.bar;

/** @param {ReturnType<typeof import('./plan.js').plan>} planned @param {ReturnType<typeof import('./story.js').story>} told @param {string} traceID */
export function draw(planned, told, traceID) {
    const { width, height, items } = planned;
    /** @type {Map<string, PlacedBox>} */
    const boxes = new Map();
    for (const item of items) if (item.kind === 'box') boxes.set(item.box.stage.id, item);
    const events = /** @type {PlacedEvent[]} */ (items.filter((item) => item.kind === 'event'));
    const arrows = [...told.calls.map((call) => callArrow(call, boxes)), ...events.flatMap((event) => eventArrows(event, boxes))].filter(Boolean);
    arrows.sort((one, other) => Number(one.classList.contains('on-path')) - Number(other.classList.contains('on-path')));
    return s('svg', { class: 'flow-drawing', width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': 'Event flow: services as lanes, time from left to right. The table below has the same.' },
        s('defs', {}, head('arrow'), head('arrow-path')),
        s('g', { 'aria-hidden': 'true' }, planned.lanes.map((lane, index) => laneGround(lane, index, width)), timeMarks(planned), arrows),
        planned.lanes.flatMap((lane, index) => lane.items.map((item) => ({ item, isOdd: index % 2 === 1 }))).sort((one, other) => one.item.x0 - other.item.x0).map(({ item, isOdd }) => {
            const link = item.kind === 'box' ? boxLink(item, planned, traceID) : eventLink(item, traceID);
            link.classList.toggle('on-odd', isOdd);
            return link;
        }));
}

/** @param {string} id */
function head(id) {
    return s('marker', { id, class: id, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto', markerUnits: 'userSpaceOnUse' }, s('path', { d: 'M0.5 0.5L7.5 4L0.5 7.5z' }));
}

/** @param {{service: string, y: number, height: number}} lane @param {number} index @param {number} width */
function laneGround({ service, y, height }, index, width) {
    return s('g', { class: `lane tone-${tone(service)}` },
        s('rect', { class: index % 2 ? 'lane-ground odd' : 'lane-ground', x: 0, y, width, height }),
        s('rect', { class: 'lane-edge', x: 0, y, width: 4, height }),
        s('path', { class: 'lane-shape', d: shapePath(service), transform: `translate(16 ${y + 14})` }),
        s('text', { class: 'lane-name', x: 34, y: y + 24 }, service));
}

/** @param {ReturnType<typeof import('./plan.js').plan>} planned */
function timeMarks({ scale, x, height, width }) {
    const marks = scale.pieces.flatMap((piece, index) => {
        if (piece.isCut) {
            const middle = sizes.gutter + (piece.x0 + piece.x1) / 2;
            return [s('rect', { class: 'cut', x: sizes.gutter + piece.x0 + 10, y: sizes.top, width: piece.x1 - piece.x0 - 20, height: height - sizes.top }),
                s('text', { class: 'axis', x: middle, y: 20, 'text-anchor': 'middle' }, `⋯ ${duration(piece.to - piece.from)}`)];
        }
        const most = Math.max(1, Math.floor((piece.x1 - piece.x0) / 110));
        return ticks(piece.from, piece.to, most).filter((at) => at >= piece.from && (index === scale.pieces.length - 1 || x(at) < sizes.gutter + piece.x1 - 24)).map((at) => [
            s('line', { class: 'grid', x1: x(at), x2: x(at), y1: sizes.top - 6, y2: height }),
            s('text', { class: 'axis', x: x(at), y: 20, 'text-anchor': at === 0 ? 'start' : x(at) > width - 34 ? 'end' : 'middle' }, at === 0 ? '0' : duration(at).replace(/\.0+ /, ' ')),
        ]);
    });
    return s('g', {}, marks);
}

/** From one bar to another that it called. @param {import('./story.js').Call} call @param {Map<string, PlacedBox>} boxes */
function callArrow({ from, to, isLink, onPath }, boxes) {
    const [one, other] = [boxes.get(from.id), boxes.get(to.id)];
    if (!one || !other) return null;
    const x0 = Math.max(one.x0 + 2, Math.min(one.x1 - 2, other.x0 - 10));
    const below = other.y > one.y;
    const y0 = one.y + barTop + (below ? sizes.bar : 0);
    return arrow(x0, y0, other.x0, other.y + barTop + sizes.bar / 2, `call tone-${tone(from.service)}${isLink ? ' by-link' : ''}`, onPath);
}

/** From an event to each of those who handled it, and from its maker to it. @param {PlacedEvent} placed @param {Map<string, PlacedBox>} boxes */
function eventArrows({ event, x0, x1, y }, boxes) {
    const middle = y + sizes.event / 2;
    const colour = `tone-${tone(event.sent.service)}`;
    const owner = event.owner ? boxes.get(event.owner.id) : undefined;
    const trunk = owner && s('path', { class: `arrow trunk ${colour}${event.onPath ? ' on-path' : ''}`, d: `M${x0} ${owner.y + barTop + sizes.bar}V${middle}` });
    return [trunk, ...event.consumers.map(({ to }) => {
        const box = boxes.get(to.id);
        return box && arrow(x1, middle, box.x0, box.y + barTop + sizes.bar / 2, `event ${colour}`, event.onPath && to.onPath);
    })];
}

/** Goes down or up first, and arrives from the left. @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 @param {string} kind @param {boolean} onPath */
function arrow(x0, y0, x1, y1, kind, onPath) {
    const end = x1 - 1;
    const run = Math.max(16, Math.min(46, Math.abs(end - x0) * 0.6));
    const turn = Math.sign(y1 - y0) * Math.min(22, Math.abs(y1 - y0) / 2);
    const column = Math.min(x0 + 7, end - 12);
    const way = kind.startsWith('call')
        ? `M${x0} ${y0}C${x0} ${y0 + (y1 - y0) * 0.7} ${end - run} ${y1} ${end} ${y1}`
        : `M${x0} ${y0}C${column + 4} ${y0} ${column} ${y0 + turn * 0.3} ${column} ${y0 + turn}V${y1 - turn}C${column} ${y1} ${end - run} ${y1} ${end} ${y1}`;
    return s('path', { class: `arrow ${kind}${onPath ? ' on-path' : ''}`, d: way, 'marker-end': `url(#${onPath ? 'arrow-path' : 'arrow'})` });
}

/** @param {PlacedBox} item @param {ReturnType<typeof import('./plan.js').plan>} planned @param {string} traceID */
function boxLink(item, { x }, traceID) {
    const { box: { stage, writes }, x0, x1, y } = item;
    const top = y + barTop;
    const strips = writes.map((one) => s('rect', { class: 'wrote', x: x(one.start), y: top + sizes.bar - 6, width: Math.max(2, Math.min(x1, x(one.end)) - x(one.start)), height: 4, rx: 2 }));
    const label = `${stage.service}: ${stage.title}, ${item.text}, from ${duration(stage.start)}${stage.onPath ? ', on the critical path' : ''}`;
    return s('a', { href: pathTo.trace(traceID, stage.spanIds[0]), class: `stage tone-${tone(stage.service)}${stage.onPath ? ' on-path' : ''}${stage.errorCount ? ' error' : ''}`, 'aria-label': label, dataset: { stage: stage.id } },
        s('rect', { class: 'reach', x: item.left, y: y - 2, width: item.right - item.left, height: sizes.box + 4, rx: 6 }),
        s('rect', { class: 'work', x: x0, y: top, width: x1 - x0, height: sizes.bar, rx: Math.min(5, (x1 - x0) / 2) }), strips,
        s('text', { class: 'stage-name', x: item.textX, y: y + 13, 'text-anchor': item.anchor }, item.title),
        s('text', { class: 'stage-text', x: item.textX, y: y + 29, 'text-anchor': item.anchor }, item.text));
}

/** @param {PlacedEvent} item @param {string} traceID */
function eventLink(item, traceID) {
    const { event, x0, xs, x1, y } = item;
    const middle = y + sizes.event / 2;
    const label = `${event.sent.service} tells ${event.title} on ${event.topic}, ${item.text}, to ${event.consumers.length} of its consumers`;
    return s('a', { href: pathTo.trace(traceID, event.sent.spanIds[0]), class: `told tone-${tone(event.sent.service)}${event.onPath ? ' on-path' : ''}`, 'aria-label': label, dataset: { stage: event.sent.id } },
        s('rect', { class: 'reach', x: item.left, y, width: item.right - item.left, height: sizes.event, rx: 6 }),
        event.outbox && s('line', { class: 'outbox', x1: x0, x2: xs, y1: middle, y2: middle }),
        s('rect', { class: 'publish', x: xs, y: middle - 5, width: x1 - xs, height: 10, rx: 5 }),
        s('text', { x: item.textX, y: item.isRaised ? y + 6 : middle + 4, 'text-anchor': item.anchor }, s('tspan', { class: 'stage-name' }, item.title), s('tspan', { class: 'stage-text', dx: 8 }, item.text)));
}

/** What the marks mean. */
export function legend() {
    const sample = (/** @type {any[]} */ ...drawn) => s('svg', { viewBox: '0 0 40 16', width: 40, height: 16, 'aria-hidden': 'true', class: 'tone-1' }, drawn);
    const entries = [
        [sample(s('rect', { class: 'work', x: 1, y: 2, width: 38, height: 12, rx: 4 })), 'at work'],
        [sample(s('rect', { class: 'work', x: 1, y: 2, width: 38, height: 12, rx: 4 }), s('rect', { class: 'wrote', x: 8, y: 8, width: 22, height: 4, rx: 2 })), 'writing'],
        [sample(s('line', { class: 'outbox', x1: 1, x2: 39, y1: 8, y2: 8 })), 'event waits in the outbox'],
        [sample(s('rect', { class: 'publish', x: 1, y: 3, width: 38, height: 10, rx: 5 })), 'is handed to the broker'],
        [sample(s('path', { class: 'arrow event', d: 'M2 2C2 14 16 12 37 12', 'marker-end': 'url(#arrow)' })), 'reaches a consumer'],
        [sample(s('path', { class: 'arrow on-path', d: 'M2 8H37', 'marker-end': 'url(#arrow-path)' })), 'critical path'],
    ];
    return h('ul', { class: 'legend', 'aria-label': 'Legend' }, entries.map(([drawing, text]) => h('li', {}, drawing, text)));
}
