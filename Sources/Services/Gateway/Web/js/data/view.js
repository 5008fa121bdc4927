// One list of tasks on screen: its question, the pages read so far, and how news finds its place in it.

import { call, query } from '../net/http.js';
import { Action } from '../net/trace.js';
import { deadline, dueOrder, dateOf, today } from '../lib/time.js';
import { zone } from './settings.js';
import { known, onTask, put, tell } from './known.js';
import { onBack } from './live.js';

/** @typedef {import('./known.js').TodoTask} TodoTask */

/**
 * @typedef {object} Question
 * @property {string} key names the view: `today`, `list/Home`
 * @property {string} [filter]
 * @property {string} [status]
 * @property {boolean} [trash]
 * @property {string} [search]
 * @property {string} [savedID]
 * @property {string} sort
 * @property {(task: TodoTask) => boolean} [holds] whether a task belongs here; nothing when only the service can tell
 */

const open = (/** @type {TodoTask} */ task) => task.status === 'open' && !task.deletedAt;

/** Whether a task belongs to a smart view. @type {Record<string, (task: TodoTask) => boolean>} */
export const belongs = {
    today: (task) => open(task) && !!task.due && dateOf(task.due, zone()) <= today(zone()),
    upcoming: (task) => open(task) && !!task.due && dateOf(task.due, zone()) > today(zone()),
    overdue: (task) => open(task) && !!task.due && deadline(task.due, zone()) < Date.now(),
    all: (task) => open(task) && !task.parentId,
    done: (task) => task.status === 'completed' && !task.deletedAt,
    trash: (task) => !!task.deletedAt,
};

const priorities = ['none', 'low', 'medium', 'high', 'urgent'];

/** @type {Record<string, (task: TodoTask) => number | string>} */
const keys = {
    due: (task) => dueOrder(task.due, zone()),
    priority: (task) => priorities.indexOf(task.priority),
    created: (task) => task.createdAt,
    updated: (task) => task.updatedAt,
    completed: (task) => task.completedAt ?? '',
    title: (task) => task.title.toLocaleLowerCase(),
    position: (task) => task.position,
};

/** @param {string} sort @returns {(one: TodoTask, other: TodoTask) => number} */
export function comparing(sort) {
    const parts = sort.split(',').filter(Boolean)
        .map((part) => ({ key: keys[part.replace(/^-/, '')], sign: part.startsWith('-') ? -1 : 1 }));
    return (one, other) => {
        for (const { key, sign } of parts) {
            const [left, right] = [key(one), key(other)];
            if (left === right) continue;
            // What has no value comes last both ways.
            if (left === Infinity || left === '') return 1;
            if (right === Infinity || right === '') return -1;
            return (left < right ? -1 : 1) * sign;
        }
        // As the service does: in the direction of the last key, the newest first without one.
        return (one.id < other.id ? -1 : 1) * (parts.at(-1)?.sign ?? -1);
    };
}

export class TaskView extends EventTarget {
    /** @type {TodoTask[]} */
    items = [];
    /** @type {Map<string, any[]>} */
    highlights = new Map();
    isLoading = true;
    /** @type {any} */
    error = null;
    /** @type {string | null} */
    cursor = null;
    /** How often all of it was read anew. */
    #loads = 0;
    /** @type {Promise<void> | undefined} */
    #loading;
    #mustLoadAgain = false;
    /** @type {Promise<void> | undefined} */
    #more;
    #timer = 0;
    #ends;

    /** @param {Question} question */
    constructor(question) {
        super();
        this.question = question;
        this.#ends = [onTask((change) => this.#news(change)), onBack(() => { if (this.error) this.reload(); })];
    }

    close() {
        for (const end of this.#ends) end();
        clearTimeout(this.#timer);
    }

    changed() {
        this.dispatchEvent(new Event('change'));
    }

    /**
     * Reads from the beginning, as many pages as were there. In a flood of news one reading follows the other.
     * @param {boolean} [isBackground] whether nobody asked for it
     */
    load(isBackground = false) {
        this.#mustLoadAgain = this.#loading !== undefined;
        this.#loading ??= this.#load(isBackground).finally(() => {
            this.#loading = undefined;
            if (this.#mustLoadAgain) this.reload(1000);
        });
        return this.#loading;
    }

    /** @param {boolean} isBackground */
    async #load(isBackground) {
        const action = new Action('view.open', isBackground);
        try {
            /** @type {TodoTask[]} */
            let items = [];
            let cursor = null;
            // Asked anew each time: what somebody scrolls to meanwhile is not to be lost, or what he chose there with it.
            for (let page = 0; page < this.#pagesRead; page += 1) {
                const data = await this.#page(cursor, action);
                items = items.concat(data.items);
                cursor = data.nextCursor;
                if (!cursor) break;
            }
            this.#loads += 1;
            this.#take(items);
            const { holds } = this.question;
            const waiting = [...known.values()].filter((task) => task.version === 0 && holds?.(task));
            // What waits to be sent may have taken one away from here.
            this.items = [...items.map((task) => known.get(task.id) ?? task).filter((task) => !task.isWaiting || !holds || holds(task)), ...waiting];
            this.cursor = cursor;
            this.error = null;
            action.end();
        } catch (error) {
            this.error = error;
            action.end('error');
        }
        this.isLoading = false;
        this.changed();
    }

    get #pagesRead() {
        return Math.min(20, Math.max(1, Math.ceil(this.items.length / 100)));
    }

    /** Whoever shows one of them hears of it when it is newer than what he has. @param {TodoTask[]} tasks */
    #take(tasks) {
        const isNews = tasks.some((task) => (known.get(task.id)?.version ?? task.version) < task.version);
        for (const task of tasks) put(task, true);
        if (isNews) tell({ kind: 'many', id: '', source: this });
    }

    /** Reads one page more, if there is one. */
    more() {
        if (!this.cursor) return Promise.resolve();
        this.#more ??= this.#next().finally(() => {
            this.#more = undefined;
            this.changed();
        });
        return this.#more;
    }

    async #next() {
        const number = this.#loads;
        try {
            const data = await this.#page(this.cursor);
            if (number !== this.#loads) return;
            const have = new Set(this.items.map((task) => task.id));
            this.#take(data.items);
            this.items = this.items.concat(data.items.filter((/** @type {TodoTask} */ task) => !have.has(task.id)));
            this.cursor = data.nextCursor;
        } catch {
            // Whoever still looks at the end of the list asks again.
            await new Promise((resolve) => setTimeout(resolve, 1500));
        }

    }

    /** @param {string | null} cursor @param {Action} [action] */
    async #page(cursor, action) {
        const { search, savedID, filter, status, trash, sort } = this.question;
        const paging = { limit: 100, cursor: cursor ?? undefined };
        if (search) {
            const { data } = await call('GET', `/tasks/search${query({ q: search, ...paging })}`, { action });
            for (const item of data.items) {
                this.highlights.set(item.id, item.highlights ?? []);
                delete item.highlights;
            }
            return data;
        }
        if (savedID) return (await call('GET', `/filters/${savedID}/tasks${query({ sort, ...paging })}`, { action })).data;
        const values = { filter, status, trash: trash ? 'true' : undefined, sort, ...paging };
        return (await call('GET', `/tasks${query(values)}`, { action })).data;
    }

    /** News that go on and on do not put it off. @param {number} [wait] */
    reload(wait = 250) {
        this.#timer ||= setTimeout(() => {
            this.#timer = 0;
            void this.load(true);
        }, wait);
    }

    /** @param {import('./known.js').TaskChange} change */
    #news(change) {
        if (change.source === this) return;
        // One task is not all of them: what was never read is read now.
        if (this.error && this.#loads === 0) return this.reload(700);
        if (change.kind === 'many') return this.reload(50);
        const place = this.items.findIndex((task) => task.id === change.id);
        if (change.kind === 'gone') {
            if (place >= 0) this.items.splice(place, 1);
            if (place >= 0) this.changed();
            return;
        }
        const task = /** @type {TodoTask} */ (change.task);
        const holds = this.question.holds;
        if (!holds) {
            if (place >= 0) this.items[place] = task;
            this.changed();
            return this.reload(700);
        }
        if (place >= 0) this.items.splice(place, 1);
        if (holds(task)) this.#insert(task);
        if (place >= 0 || holds(task)) this.changed();
    }

    /** @param {TodoTask} task */
    #insert(task) {
        const before = comparing(this.question.sort);
        let [low, high] = [0, this.items.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (before(this.items[middle], task) < 0) low = middle + 1;
            else high = middle;
        }
        // Beyond what is read it will be found when that is.
        if (low === this.items.length && this.cursor && !task.isWaiting) return;
        this.items.splice(low, 0, task);
    }
}
