// Traces as they settle, by server-sent events. The browser connects again by itself; what came meanwhile is in the search.

import { parse } from './api.js';

/**
 * @param {{trace: (trace: import('./api.js').Summary) => void, count: (count: any) => void, state: (state: 'connecting' | 'open' | 'closed') => void}} hands
 * @returns {() => void} ends it
 */
export function tail(hands) {
    /** @type {EventSource | null} */
    let source = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    let hasEnded = false;

    const connect = () => {
        hands.state('connecting');
        source = new EventSource('/inspector/live');
        source.addEventListener('open', () => hands.state('open'));
        source.addEventListener('trace', (event) => hands.trace(parse(event.data)));
        source.addEventListener('span-count', (event) => hands.count(parse(event.data)));
        source.addEventListener('error', () => {
            if (hasEnded || !source) return;
            hands.state(source.readyState === EventSource.CLOSED ? 'closed' : 'connecting');
            // A refusal ends it for the browser; the store may only be starting.
            if (source.readyState === EventSource.CLOSED) timer = setTimeout(connect, 3000);
        });
    };
    connect();
    return () => {
        hasEnded = true;
        clearTimeout(timer);
        source?.close();
    };
}
