// A trace: its waterfall, and beside it what one span says.

import { announce, debounced, fill, h } from '../lib/dom.js';
import { counted, duration } from '../lib/format.js';
import { Rows } from '../data/rows.js';
import { Trace } from '../data/trace.js';
import * as api from '../net/api.js';
import { growing } from '../net/growing.js';
import { amend, back, go, pathTo } from '../ui/router.js';
import { awaited, problem, skeleton, traceNotFound } from '../ui/states.js';
import { copyAddress, traceHead, traceTitle } from './head.js';
import { Minimap } from './minimap.js';
import { Panel } from './panel.js';
import { pathNames, toolbar } from './toolbar.js';
import { Waterfall } from './waterfall.js';

/** @param {import('../ui/router.js').Route} route @returns {import('../main.js').View} */
export function traceView(route) {
    const id = route.param.toLowerCase();
    const asking = new AbortController();
    const element = h('div', { class: 'trace' }, h('h1', { class: 'visually-hidden' }, 'Trace'), skeleton(16));
    /** @type {TraceDesk | null} */
    let desk = null;
    const load = async () => {
        try {
            for await (const seen of growing(id, asking.signal)) {
                if (!seen && !desk) awaited(element);
                else if (seen?.isNew) show(new Trace(seen.tree));
                if (seen) element.classList.toggle('grows', !seen.isSettled);
            }
        } catch (error) {
            if (asking.signal.aborted) return;
            desk?.close();
            desk = null;
            const isUnknown = [400, 404].includes(/** @type {any} */ (error).status);
            fill(element, isUnknown ? traceNotFound(id) : problem(error, () => void load(), 'h1'));
        }
    };
    const show = (/** @type {Trace} */ trace) => {
        document.title = `${trace.root?.name ?? id} · Traces`;
        if (desk) return desk.grow(trace);
        desk = new TraceDesk(trace, element, asking.signal);
        desk.open(route.query);
    };
    void load();
    return {
        title: 'Trace', element, isFixed: true,
        get keys() { return desk?.keys ?? {}; },
        take(next) {
            if (next.view !== 'trace' || next.param.toLowerCase() !== id || !desk) return false;
            desk.open(next.query);
            return true;
        },
        close() {
            asking.abort();
            desk?.close();
        },
    };
}

/** Everything that one does to a trace. */
class TraceDesk {
    /** @type {import('../data/trace.js').Span[]} */
    hits = [];
    at = -1;
    #text = '';

    /** @param {Trace} trace @param {HTMLElement} element @param {AbortSignal} signal */
    constructor(trace, element, signal) {
        this.trace = trace;
        this.signal = signal;
        this.rows = new Rows(trace);
        this.about = /** @type {import('./panel.js').About} */ ({ trace });
        const select = (/** @type {import('../data/trace.js').Span} */ span) => this.select(span, true);
        this.fall = new Waterfall(this.rows, { select, fold: (row) => this.fold(row.span), scrolled: () => this.map.look(this.fall.range) });
        this.map = new Minimap(this.rows, (window) => {
            this.fall.window = window;
            this.fall.render();
        });
        this.panel = new Panel(this.about, { select, close: () => this.closePanel() });
        this.tools = toolbar({
            find: (text) => this.find(text), step: (by) => this.step(by), path: () => this.nextPath(), statements: () => this.hide('hidesStatements'), sidecars: () => this.hide('hidesSidecars'),
            unfold: () => this.foldAll(false), fold: () => this.foldAll(true), closer: () => this.map.zoom(0.5), wider: () => this.map.zoom(2), whole: () => this.map.set(0, 1),
        });
        this.head = traceHead(trace, 'trace');
        fill(element, this.head, h('div', { class: 'desk' },
            h('div', { class: 'fall-side card' }, this.tools.element, this.map.element, this.fall.element), this.panel.element));
        this.panel.show(null);
        this.tools.show(this.state);
        this.#learn();
    }

    /** The same trace with more spans: what one did to it stays. @param {Trace} trace */
    grow(trace) {
        const wanted = new URLSearchParams(location.search).get('span') ?? '';
        const arrived = this.trace.byID.has(wanted) ? undefined : trace.byID.get(wanted);
        const shown = trace.byID.get(this.panel.span?.id ?? '') ?? null;
        this.trace = trace;
        this.about.trace = trace;
        this.rows = new Rows(trace, this.rows);
        this.head.firstElementChild?.replaceWith(traceTitle(trace));
        this.#takePath();
        this.fall.take(this.rows);
        this.map.take(this.rows);
        this.#look();
        this.refresh();
        this.panel.show(shown);
        if (arrived && !shown) this.select(arrived, true);
        this.#learn();
    }

    /** What is worked out from the tree, and the logs; what was known of a smaller one is shown meanwhile. */
    #learn() {
        const { about, signal, trace } = this;
        const take = (/** @type {() => void} */ work) => {
            if (signal.aborted || trace !== this.trace) return;
            work();
            this.panel.show(this.panel.span);
        };
        api.analysis(trace.id, signal).then((found) => take(() => {
            about.analysis = found;
            about.analysisError = undefined;
            about.path ??= found.flowPath ? 'flow' : 'answer';
            this.#takePath();
            this.refresh();
        }), (error) => take(() => { about.analysisError = error; }));
        api.logs(trace.id, signal).then((found) => take(() => { about.logs = found.items; }), () => take(() => { about.logs ??= []; }));
    }

    /** @param {URLSearchParams} query */
    open(query) {
        const span = this.trace.byID.get(query.get('span') ?? '');
        if (span) this.select(span, true);
        else this.refresh();
    }

    close() {
        this.fall.close();
        this.map.close();
    }

    get state() {
        return { path: this.about.path ?? '', statements: this.rows.hidesStatements, sidecars: this.rows.hidesSidecars };
    }

    refresh() {
        this.fall.render();
        this.map.draw();
        this.map.look(this.fall.range);
        this.tools.show(this.state);
    }

    /** @param {import('../data/trace.js').Span} span @param {boolean} opens its details as well */
    select(span, opens) {
        if (this.rows.uncover(span)) this.refresh();
        // First, because the waterfall may become lower.
        if (opens || this.panel.span) {
            this.panel.show(span);
            this.#remember();
        }
        this.fall.select(span, true);
        this.map.look(this.fall.range);
    }

    // Not for each span that one passes: browsers stop pages that change their address too often.
    #remember = debounced(() => amend({ span: this.panel.span?.id ?? null }), 150);

    closePanel() {
        this.panel.show(null);
        this.#remember();
        if (this.fall.selected) this.fall.select(this.fall.selected, true);
    }

    /** @param {number} by */
    move(by) {
        const { all } = this.rows;
        const now = this.rows.indexOf(this.fall.selected);
        const next = now < 0 ? 0 : Math.max(0, Math.min(all.length - 1, now + by));
        if (all[next]) this.select(all[next].span, false);
    }

    /** @param {import('../data/trace.js').Span} span @param {boolean} [wanted] */
    fold(span, wanted = !this.rows.folded.has(span)) {
        if (wanted) this.rows.folded.add(span);
        else this.rows.folded.delete(span);
        this.rows.arrange();
        this.refresh();
        if (this.fall.selected) this.fall.select(this.rows.all[Math.max(0, this.rows.indexOf(this.fall.selected))].span, true);
    }

    /** @param {boolean} folds */
    foldAll(folds) {
        if (folds) this.rows.foldAll();
        else this.rows.unfoldAll();
        this.refresh();
    }

    inward() {
        const row = this.rows.all[this.rows.indexOf(this.fall.selected)];
        if (!row) return this.move(0);
        if (row.isFolded) this.fold(row.span, false);
        else if (row.hasMore) this.move(1);
    }

    outward() {
        const index = this.rows.indexOf(this.fall.selected);
        const row = this.rows.all[index];
        if (!row) return;
        if (row.hasMore && !row.isFolded) return this.fold(row.span, true);
        for (let at = index - 1; at >= 0; at -= 1) if (this.rows.all[at].depth < row.depth) return this.select(this.rows.all[at].span, false);
    }

    #takePath() {
        const { analysis, path } = this.about;
        this.fall.showsPath = Boolean(path);
        if (analysis) this.trace.takePath((path === 'flow' ? analysis.flowPath : analysis.criticalPath) ?? []);
    }

    /** To the last effect, to the answer, none. */
    nextPath() {
        const order = this.about.analysis?.flowPath ? ['flow', 'answer', ''] : ['answer', ''];
        this.about.path = order[(order.indexOf(this.about.path ?? '') + 1) % order.length];
        this.#takePath();
        announce(this.about.path ? `Critical path ${pathNames[this.about.path]}` : 'Critical path hidden');
        this.refresh();
        this.panel.show(this.panel.span);
    }

    /** @param {'hidesStatements' | 'hidesSidecars'} what */
    hide(what) {
        this.rows[what] = !this.rows[what];
        this.rows.arrange();
        this.refresh();
        announce(counted(this.rows.all.length, 'span') + ' shown');
    }

    /** @param {string} text */
    find(text) {
        if (text === this.#text) return;
        this.#text = text;
        this.at = -1;
        this.#look();
        this.fall.render();
    }

    #look() {
        const at = this.hits[this.at]?.id;
        this.fall.hits = this.trace.find(this.#text);
        this.hits = [...this.fall.hits];
        this.at = at ? this.hits.findIndex((span) => span.id === at) : -1;
        const count = this.hits.length ? counted(this.hits.length, 'hit') : 'no hit';
        this.tools.found(this.at >= 0 ? `${this.at + 1} of ${this.hits.length}` : this.#text.trim() ? count : '');
    }

    /** @param {number} by */
    step(by) {
        if (!this.hits.length) return;
        this.at = this.at < 0 ? (by > 0 ? 0 : this.hits.length - 1) : (this.at + by + this.hits.length) % this.hits.length;
        this.tools.found(`${this.at + 1} of ${this.hits.length}`);
        const span = this.hits[this.at];
        if (this.rows.uncover(span)) this.refresh();
        this.fall.select(span, document.activeElement?.tagName !== 'INPUT');
        if (this.panel.span) this.panel.show(span);
        announce(`${span.service} ${span.name}, ${duration(span.duration)}`);
    }

    get keys() {
        const [down, up] = [() => this.move(1), () => this.move(-1)];
        return {
            j: down, ArrowDown: down, k: up, ArrowUp: up, PageDown: () => this.move(this.fall.page), PageUp: () => this.move(-this.fall.page),
            Home: () => this.move(-Infinity), End: () => this.move(this.rows.all.length), ArrowRight: () => this.inward(), l: () => this.inward(), ArrowLeft: () => this.outward(), h: () => this.outward(),
            Enter: () => { if (this.fall.selected) this.select(this.fall.selected, true); }, '/': () => this.tools.focus(), n: () => this.step(1), N: () => this.step(-1),
            c: () => this.nextPath(), d: () => this.hide('hidesStatements'), s: () => this.hide('hidesSidecars'), e: () => this.foldAll(false), w: () => this.foldAll(true),
            '+': () => this.map.zoom(0.5), '=': () => this.map.zoom(0.5), '-': () => this.map.zoom(2), 0: () => this.map.set(0, 1), '[': () => this.map.pan(-0.25), ']': () => this.map.pan(0.25),
            f: () => go(pathTo.flow(this.trace.id)), y: copyAddress,
            Escape: () => { if (this.panel.span) this.closePanel(); else back('/'); },
        };
    }
}
