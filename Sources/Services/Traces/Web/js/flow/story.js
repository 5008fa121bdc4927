// A flow of stages told as boxes and events. A box is work of a service, with what it wrote. An event has waited in an
// outbox, was handed to the broker, and reached each of its consumers.

/**
 * @typedef {object} Stage
 * @property {string} id
 * @property {string} kind
 * @property {string} service
 * @property {string} name
 * @property {string | null} topic
 * @property {string[]} spanIds
 * @property {number} start
 * @property {number} end
 * @property {number} errorCount
 * @property {boolean} onPath
 * @property {string} title
 */
/** @typedef {{from: string, to: string, waitNano: number, topic: string | null, link: boolean}} Edge */
/** @typedef {{stage: Stage, writes: Stage[], broker: Stage | null, wait: number}} Box */
/** @typedef {{outbox: Stage | null, sent: Stage, title: string, topic: string, owner: Stage | null, consumers: {broker: Stage | null, to: Stage}[], onPath: boolean}} Event */
/** @typedef {{from: Stage, to: Stage, wait: number, isLink: boolean, onPath: boolean}} Call */

/** @param {any} analysis @param {import('../data/trace.js').Trace} trace */
export function story(analysis, trace) {
    const critical = new Set((analysis.flowPath ?? analysis.criticalPath).filter((/** @type {any} */ part) => !part.isWait).map((/** @type {any} */ part) => part.spanId));
    /** @type {Map<string, Stage>} */
    const stages = new Map(analysis.flow.stages.map((/** @type {any} */ one) => [one.id, {
        ...one, start: Number(one.startUnixNano - trace.startUnixNano), end: Number(one.endUnixNano - trace.startUnixNano),
        onPath: one.spanIds.some((/** @type {string} */ id) => critical.has(id)), title: titleOf(one, trace),
    }]));
    /** @type {Edge[]} */
    const edges = analysis.flow.edges.filter((/** @type {Edge} */ edge) => stages.has(edge.from) && stages.has(edge.to));
    const get = (/** @type {string} */ id) => /** @type {Stage} */ (stages.get(id));
    const before = group(edges, (edge) => edge.to);
    const after = group(edges, (edge) => edge.from);
    const cause = (/** @type {Stage} */ stage) => {
        const edge = (before.get(stage.id) ?? []).find((one) => !one.link) ?? before.get(stage.id)?.[0];
        return edge ? get(edge.from) : null;
    };
    /** The box that a stage is part of. @param {Stage | null} stage @returns {Stage | null} */
    const boxOf = (stage) => {
        let one = stage;
        for (let steps = 0; one && isPart(one, cause(one)) && steps < 50; steps += 1) one = cause(one);
        return one;
    };

    /** @type {Map<string, Box>} */
    const boxes = new Map();
    for (const stage of stages.values()) {
        if (['outbox', 'publish'].includes(stage.kind) || isPart(stage, cause(stage))) continue;
        const from = cause(stage);
        if (stage.kind === 'broker' && (after.get(stage.id) ?? []).some((edge) => get(edge.to).kind === 'handle')) continue;
        // A consumer that has no use for an event only answers.
        if (stage.kind === 'handle' && stage.title === stage.name) stage.title = stage.topic ?? from?.topic ?? stage.name;
        boxes.set(stage.id, { stage, writes: [], broker: from?.kind === 'broker' ? from : null, wait: before.get(stage.id)?.[0]?.waitNano ?? 0 });
    }
    for (const stage of stages.values()) {
        const owner = isPart(stage, cause(stage)) ? boxOf(stage) : null;
        if (owner) boxes.get(owner.id)?.writes.push(stage);
    }

    /** @type {Event[]} */
    const events = [...stages.values()].filter((stage) => stage.kind === 'publish').map((sent) => {
        const source = cause(sent);
        const outbox = source?.kind === 'outbox' ? source : null;
        const consumers = (after.get(sent.id) ?? []).map((edge) => get(edge.to)).flatMap((stage) => {
            const broker = stage.kind === 'broker' ? stage : null;
            const handled = (after.get(stage.id) ?? []).map((edge) => get(edge.to)).filter((one) => one.kind === 'handle');
            return broker && handled.length ? handled.map((to) => ({ broker, to })) : [{ broker, to: stage }];
        });
        const owner = boxOf(outbox ? cause(outbox) : source);
        // Sending itself need not be on it: consumers may be asked before its answer is there.
        const onPath = consumers.some((one) => one.to.onPath) && owner?.onPath !== false;
        return { outbox, sent, title: sent.title, topic: sent.topic ?? '', owner, consumers, onPath };
    });

    const isOfEvent = new Set(events.flatMap((event) => event.consumers.map((one) => one.to.id)));
    /** @type {Call[]} */
    const calls = edges.filter((edge) => boxes.has(edge.to) && !(isOfEvent.has(edge.to) && !edge.link)).flatMap((edge) => {
        const [from, to] = [boxOf(get(edge.from)), get(edge.to)];
        if (!from || from === to || !boxes.has(from.id)) return [];
        return [{ from, to, wait: edge.waitNano, isLink: edge.link, onPath: from.onPath && to.onPath && !edge.link }];
    });
    return { stages: [...stages.values()], edges, boxes: [...boxes.values()], events, calls, lanes: lanesOf([...boxes.values()], events) };
}

/** Statements and other effects are part of the work that made them. @param {Stage} stage @param {Stage | null} from */
function isPart(stage, from) {
    return ['write', 'effect'].includes(stage.kind) && from !== null && from.service === stage.service;
}

/**
 * Services from top to bottom: as they appear, and those from which nothing follows below all others.
 * @param {Box[]} boxes @param {Event[]} events
 */
function lanesOf(boxes, events) {
    const makers = new Set(events.map((event) => event.sent.service));
    /** @type {Map<string, number>} */
    const first = new Map();
    for (const { stage } of boxes) {
        const own = ['request', 'invoke', 'job'].includes(stage.kind);
        const rank = (makers.has(stage.service) || own ? 0 : 1e15) + stage.start;
        first.set(stage.service, Math.min(first.get(stage.service) ?? Infinity, rank));
    }
    for (const event of events) if (!first.has(event.sent.service)) first.set(event.sent.service, event.sent.start);
    return [...first].sort((one, other) => one[1] - other[1]).map(([service]) => service);
}

/** What people call it: the type of an event rather than its topic. @param {any} stage @param {import('../data/trace.js').Trace} trace */
function titleOf(stage, trace) {
    for (const id of stage.spanIds) {
        const type = trace.byID.get(id)?.attributes['cloudevents.event_type'];
        if (typeof type === 'string' && ['handle', 'publish', 'outbox'].includes(stage.kind)) return type.replace(/^todo\./, '').replace(/\.v\d+$/, '').replaceAll('_', ' ').replaceAll('.', ' ');
    }
    return stage.name;
}

/** @template T @param {T[]} items @param {(item: T) => string} key @returns {Map<string, T[]>} */
function group(items, key) {
    /** @type {Map<string, T[]>} */
    const found = new Map();
    for (const item of items) found.set(key(item), [...(found.get(key(item)) ?? []), item]);
    return found;
}
