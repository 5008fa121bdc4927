// How the page feels (web vitals), and where scripts failed: names and places, never messages, which may hold what
// people wrote.

import { report } from './trace.js';

/** @param {string} type @param {(entries: any[]) => void} work @param {object} [options] */
function observe(type, work, options = {}) {
    try {
        new PerformanceObserver((list) => work(list.getEntries())).observe({ type, buffered: true, ...options });
    } catch {
        // A browser that does not measure this.
    }
}

export function measureVitals() {
    let [first, largest, shift, slowest] = [0, 0, 0, 0];
    observe('paint', (entries) => { first = entries.find((entry) => entry.name === 'first-contentful-paint')?.startTime ?? first; });
    observe('largest-contentful-paint', (entries) => { largest = entries.at(-1)?.startTime ?? largest; });
    observe('layout-shift', (entries) => {
        for (const entry of entries) if (!entry.hadRecentInput) shift += entry.value;
    });
    observe('event', (entries) => {
        for (const entry of entries) if (entry.interactionId) slowest = Math.max(slowest, entry.duration);
    }, { durationThreshold: 40 });
    const navigation = /** @type {any} */ (performance.getEntriesByType('navigation')[0]);
    let isTold = false;
    addEventListener('visibilitychange', () => {
        if (document.visibilityState !== 'hidden' || isTold) return;
        isTold = true;
        const values = { TTFB: navigation?.responseStart ?? 0, FCP: first, LCP: largest, CLS: shift, INP: slowest };
        for (const [name, value] of Object.entries(values)) {
            if (value > 0 || name === 'CLS') report({ kind: 'vital', value: { name, value: Math.round(value * 1000) / 1000 } });
        }
    }, { capture: true });
}

/** @param {string | undefined} address */
function asset(address) {
    const found = /\/assets\/[^/]+\/([\w./-]+)/.exec(address ?? '');
    return found ? found[1].slice(0, 100) : 'page';
}

export function reportErrors() {
    addEventListener('error', (event) => {
        const type = event.error?.name ?? 'Error';
        report({ kind: 'error', value: { type, asset: asset(event.filename), line: event.lineno || 0 } });
    });
    addEventListener('unhandledrejection', (event) => {
        if (event.reason?.isShown) return event.preventDefault();
        const type = event.reason?.name ?? 'UnhandledRejection';
        report({ kind: 'error', value: { type, asset: asset(event.reason?.stack), line: 0 } });
    });
}
