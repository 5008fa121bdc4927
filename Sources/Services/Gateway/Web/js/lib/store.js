// The smallest thing that can be watched.

/** @template T */
export class Store {
    #value;
    /** @type {Set<(value: T) => void>} */
    #watchers = new Set();

    /** @param {T} value */
    constructor(value) {
        this.#value = value;
    }

    get value() {
        return this.#value;
    }

    set value(value) {
        this.#value = value;
        this.notify();
    }

    notify() {
        for (const watcher of [...this.#watchers]) watcher(this.#value);
    }

    /**
     * @param {(value: T) => void} watcher called now and at each change
     * @param {AbortSignal} [signal] ends it as well
     * @returns {() => void} ends it
     */
    watch(watcher, signal) {
        this.#watchers.add(watcher);
        signal?.addEventListener('abort', () => this.#watchers.delete(watcher), { once: true });
        watcher(this.#value);
        return () => this.#watchers.delete(watcher);
    }
}

/** Small preferences of this browser; they may be lost. */
export const local = {
    /** @param {string} key @param {any} fallback */
    get(key, fallback) {
        try {
            const text = localStorage.getItem(`todo.${key}`);
            return text === null ? fallback : JSON.parse(text);
        } catch {
            return fallback;
        }
    },
    /** @param {string} key @param {any} value */
    set(key, value) {
        try {
            localStorage.setItem(`todo.${key}`, JSON.stringify(value));
        } catch {
            // Full or switched off: the choice holds until the page is closed.
        }
    },
};
