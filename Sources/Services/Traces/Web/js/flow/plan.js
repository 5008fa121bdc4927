// Where everything of a flow stands: lanes of services, and within them rows that hold what does not overlap.

import { duration } from '../lib/format.js';
import { Scale } from './scale.js';

export const sizes = { gutter: 132, top: 34, box: 54, event: 30, gap: 8, pad: 12, right: 20, bar: 18 };

/** @typedef {{kind: 'box', box: import('./story.js').Box, x0: number, x1: number, left: number, right: number, y: number, title: string, text: string, textX: number, anchor: string}} PlacedBox */
/** @typedef {{kind: 'event', event: import('./story.js').Event, x0: number, xs: number, x1: number, left: number, right: number, y: number, title: string, text: string, isRaised: boolean, textX: number, anchor: string}} PlacedEvent */

const pen = document.createElement('canvas').getContext('2d');

/** @param {string} text @param {string} font */
function widthOf(text, font) {
    if (!pen) return text.length * 7;
    pen.font = font;
    return pen.measureText(text).width;
}

/** @param {ReturnType<typeof import('./story.js').story>} told @param {number} width of all there is */
export function plan(told, width) {
    const family = getComputedStyle(document.body).fontFamily;
    const [strong, plain] = [`600 12.5px ${family}`, `400 11.5px ${family}`];
    const inner = width - sizes.gutter - sizes.right;
    const scale = new Scale(told.stages, inner);
    const x = (/** @type {number} */ time) => sizes.gutter + scale.x(time);
    const limit = width - 8;

    /** Where a text of this width stands beside a place: to its right, or to the left of `back` where there is no room. */
    const beside = (/** @type {number} */ wide, /** @type {number} */ at, /** @type {number} */ back) => (at + wide <= limit ? { textX: at, anchor: 'start', left: at, right: at + wide } : { textX: back, anchor: 'end', left: back - wide, right: back });

    /** @type {Map<string, (PlacedBox | PlacedEvent)[]>} */
    const ofLane = new Map(told.lanes.map((service) => [service, []]));
    for (const box of told.boxes) {
        const { stage } = box;
        const [x0, x1] = [x(stage.start), Math.max(x(stage.end), x(stage.start) + 4)];
        const text = boxText(box);
        const wide = Math.max(widthOf(stage.title, strong), widthOf(text, plain)) + 4;
        const place = beside(wide, x0, Math.max(x1, Math.min(limit, x0 + wide)));
        ofLane.get(stage.service)?.push({ kind: 'box', box, x0, x1, y: 0, title: stage.title, text, textX: place.textX, anchor: place.anchor, left: Math.min(place.left, x0) - 6, right: Math.max(place.right, x1) + 6 });
    }
    for (const event of told.events) {
        const { sent, outbox } = event;
        const [x0, xs] = [x(outbox?.start ?? sent.start), x(sent.start)];
        const x1 = Math.max(x(sent.end), xs + 8);
        const text = eventText(event);
        const wide = widthOf(event.title, strong) + widthOf(text, plain) + 14;
        const level = beside(wide, x1 + 16, x0 - 8);
        // Where neither side has room, it stands above.
        const isRaised = level.left < sizes.gutter - 4;
        const place = isRaised ? { textX: limit, anchor: 'end', left: limit - wide, right: limit } : level;
        ofLane.get(sent.service)?.push({ kind: 'event', event, x0, xs, x1, y: 0, title: event.title, text, isRaised, textX: place.textX, anchor: place.anchor, left: Math.min(x0, place.left) - 8, right: Math.max(x1, place.right) + 10 });
    }
    let y = sizes.top;
    const lanes = told.lanes.map((service) => {
        const items = (ofLane.get(service) ?? []).sort((one, other) => Number(one.kind === 'event') - Number(other.kind === 'event') || one.x0 - other.x0);
        const height = stack(items, y + sizes.pad) + sizes.pad * 2 - sizes.gap;
        const lane = { service, y, height, items };
        y += height;
        return lane;
    });
    return { lanes, scale, x, width, height: y + 6, items: lanes.flatMap((lane) => lane.items) };
}

/** Puts items into rows, each into the first that has room; gives the height of all rows. @param {(PlacedBox | PlacedEvent)[]} items @param {number} top */
function stack(items, top) {
    /** @type {{kind: string, height: number, taken: [number, number][], items: (PlacedBox | PlacedEvent)[]}[]} */
    const rows = [];
    for (const item of items) {
        let row = rows.find((one) => one.kind === item.kind && one.taken.every(([from, to]) => item.right < from || item.left > to));
        if (!row) {
            row = { kind: item.kind, height: sizes[item.kind], taken: [], items: [] };
            rows.push(row);
        }
        row.taken.push([item.left, item.right]);
        row.items.push(item);
    }
    let y = top;
    for (const row of rows) {
        for (const item of row.items) item.y = y;
        y += row.height + sizes.gap;
    }
    return y - top;
}

/** @param {import('./story.js').Box} box */
export function boxText({ stage, broker, wait }) {
    const parts = [duration(stage.end - stage.start)];
    if (broker) parts.push(`broker ${duration(broker.end - broker.start)}`);
    else if (wait > 1e6 && stage.kind !== 'request') parts.push(`waited ${duration(wait)}`);
    if (stage.errorCount) parts.unshift(stage.errorCount === 1 ? 'error' : `${stage.errorCount} errors`);
    return parts.join(' · ');
}

/** @param {import('./story.js').Event} event */
export function eventText({ outbox, sent }) {
    const publish = `publish ${duration(sent.end - sent.start)}`;
    return outbox ? `outbox ${duration(outbox.end - outbox.start)} · ${publish}` : publish;
}
