// Event flow: which services a write went through, and how long each part of the way took.

import { fill, h, onceAFrame } from '../lib/dom.js';
import { counted, duration } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { Trace } from '../data/trace.js';
import * as api from '../net/api.js';
import { growing } from '../net/growing.js';
import { copyAddress, traceHead } from '../trace/head.js';
import { back, go, pathTo } from '../ui/router.js';
import { awaited, empty, problem, skeleton, traceNotFound } from '../ui/states.js';
import { draw, legend } from './draw.js';
import { plan } from './plan.js';
import { story } from './story.js';
import { flowTable } from './table.js';

const narrowest = 1080;

/** @param {import('../ui/router.js').Route} route @returns {import('../main.js').View} */
export function flowView(route) {
    const id = route.param.toLowerCase();
    const asking = new AbortController();
    const element = h('div', { class: 'flow' }, h('h1', { class: 'visually-hidden' }, 'Event flow'), skeleton(12, 48));
    const picture = h('div', { class: 'flow-picture', tabindex: 0, role: 'region', 'aria-label': 'Picture of the flow' });
    /** @type {ReturnType<typeof story> | null} */
    let told = null;

    const redraw = onceAFrame(() => {
        if (!told || !picture.clientWidth) return;
        const had = document.activeElement?.closest('[data-stage]')?.getAttribute('data-stage');
        fill(picture, draw(plan(told, Math.max(narrowest, picture.clientWidth)), told, id));
        if (had) focusStage((one) => one.dataset.stage === had);
    });
    const watcher = new ResizeObserver(redraw);

    const load = async () => {
        try {
            for await (const seen of growing(id, asking.signal)) {
                if (!seen) awaited(element);
                else if (seen.isNew) await replace(seen.tree);
                if (seen) element.classList.toggle('grows', !seen.isSettled);
            }
        } catch (error) {
            if (asking.signal.aborted) return;
            fill(element, [400, 404].includes(/** @type {any} */ (error).status) ? traceNotFound(id) : problem(error, () => void load(), 'h1'));
        }
    };

    const replace = async (/** @type {any} */ tree) => {
        const analysis = await api.analysis(id, asking.signal);
        const trace = new Trace(tree);
        told = story(analysis, trace);
        document.title = `Flow of ${trace.root?.name ?? id} · Traces`;
        const body = told.boxes.length ? [figures(told, trace), h('div', { class: 'card flow-card' }, picture, legend()), continuation(analysis, id),
            h('details', { class: 'card flow-rows' }, h('summary', {}, icon('table'), `As a table: ${counted(told.stages.length, 'stage')}`), flowTable(told, id))]
            : [empty('flow', 'Nothing flows here', h('p', {}, 'No span of this trace says that it handled a request, or made or handled an event.'), h('a', { class: 'button', href: pathTo.trace(id) }, 'Waterfall'))];
        fill(element, traceHead(trace, 'flow'), body);
        watcher.observe(picture);
        redraw();
    };

    /** @param {(one: any, index: number, all: any[]) => boolean} wanted */
    const focusStage = (wanted) => {
        const found = [...picture.querySelectorAll('[data-stage]')].find(wanted);
        found?.focus({ preventScroll: true });
        found?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    };
    const move = (/** @type {number} */ by) => {
        const all = [...picture.querySelectorAll('[data-stage]')];
        const now = all.indexOf(document.activeElement);
        const next = now < 0 ? 0 : Math.max(0, Math.min(all.length - 1, now + by));
        focusStage((_, index) => index === next);
    };

    void load();
    return {
        title: 'Event flow', element,
        keys: { j: () => move(1), ArrowDown: () => move(1), ArrowRight: () => move(1), k: () => move(-1), ArrowUp: () => move(-1), ArrowLeft: () => move(-1), f: () => go(pathTo.trace(id)), y: copyAddress, Escape: () => back(pathTo.trace(id)) },
        close() {
            asking.abort();
            watcher.disconnect();
            redraw.cancel();
        },
    };
}

/** What one wants to know first. @param {ReturnType<typeof story>} told @param {Trace} trace */
function figures({ boxes, events }, trace) {
    const first = [...boxes].sort((one, other) => one.stage.start - other.stage.start)[0].stage;
    const longest = (/** @type {number[]} */ times) => (times.length ? duration(Math.max(...times)) : null);
    const handled = boxes.filter((box) => box.stage.kind === 'handle');
    const facts = [
        [`${duration(first.end - first.start)}`, first.kind === 'request' ? 'until the answer' : 'the first stage'],
        [duration(trace.duration), 'until the last effect'],
        events.length && [String(events.length), events.length === 1 ? 'event' : 'events'],
        handled.length && [String(handled.length), 'handled'],
        events.some((event) => event.outbox) && [longest(events.flatMap((event) => (event.outbox ? [event.outbox.end - event.outbox.start] : []))), 'longest in an outbox'],
        events.length && [longest(events.map((event) => event.sent.end - event.sent.start)), 'longest publishing'],
        handled.some((box) => box.broker) && [longest(handled.flatMap((box) => (box.broker ? [box.broker.end - box.broker.start] : []))), 'longest at the broker'],
    ].filter(Boolean);
    return h('dl', { class: 'figures' }, facts.map((fact) => h('div', {}, h('dt', {}, /** @type {any} */ (fact)[1]), h('dd', {}, /** @type {any} */ (fact)[0]))));
}

/** Traces that this one came from, and those that went on from it. @param {any} analysis @param {string} id */
function continuation(analysis, id) {
    const cards = (/** @type {any[]} */ links, /** @type {string} */ text, /** @type {string} */ picture) => {
        const seen = new Map(links.filter((link) => link.traceId !== id && link.reason !== 'relay' && link.rootName !== 'outbox relay').map((link) => [link.traceId, link]));
        return [...seen.values()].slice(0, 8).map((link) => (link.known === false
            ? h('span', { class: 'goes-on gone' }, h('span', { class: 'hint' }, text), h('strong', {}, link.rootName ?? 'a trace that is no longer here'))
            : h('a', { class: 'goes-on card', href: pathTo.flow(link.traceId) }, picture === 'left' && icon('left'), h('span', { class: 'hint' }, text), h('strong', {}, link.rootName ?? link.traceId.slice(0, 12)),
                link.reason && h('span', { class: 'badge' }, link.reason), picture === 'right' && icon('right'))));
    };
    const all = [...cards(analysis.links.outgoing, 'Came from', 'left'), ...cards(analysis.links.incoming, 'Goes on in', 'right')];
    return all.length ? h('nav', { class: 'goes-on-list', 'aria-label': 'Linked flows' }, all) : null;
}
