// A list of tasks: the head, the line for new ones, and the rows with everything that hands do to them.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { local } from '../lib/store.js';
import * as tasks from '../data/tasks.js';
import { TaskView } from '../data/view.js';
import { onReset } from '../data/live.js';
import { confirmDialog, showMenu } from '../ui/dialog.js';
import { go, openTask, route } from '../ui/router.js';
import { onTick } from '../lib/ticks.js';
import { today } from '../lib/time.js';
import { zone } from '../data/settings.js';
import { filterBar } from './filterbar.js';
import { makeDraggable } from './drag.js';
import { quickAdd } from './quickadd.js';
import { ListKeys } from './keys.js';
import { rowMenu } from './rowmenu.js';
import { drawRow, makeRow } from './rows.js';
import { Selection } from './selection.js';
import { sorts } from './questions.js';
import { VirtualList } from './virtual.js';

/** @typedef {import('../data/tasks.js').TodoTask} TodoTask */
/** @typedef {TodoTask | {id: string, heading: string}} Item */

export class ListPage {
    #ends = /** @type {(() => void)[]} */ ([]);
    #list;
    #day = today(zone());

    /** @param {import('./questions.js').ListPage} page */
    constructor(page) {
        this.page = page;
        this.view = new TaskView(page.question);
        this.selection = new Selection(() => this.show());
        this.scroller = h('div', { class: 'scroller' });
        /** @type {VirtualList<any>} */
        const list = new VirtualList(this.scroller, {
            key: (item) => item.id,
            make: (item) => ('heading' in item ? h('div', { class: 'row-heading', role: 'listitem' }, h('h2', {}, item.heading)) : makeRow(item)),
            update: (element, item) => { if (!('heading' in item)) this.#draw(element, item); },
            nearEnd: () => void this.view.more(),
        }, page.title);
        this.#list = list;
        this.keys = new ListKeys(this, list);
        this.#listen();
        this.body = h('div', { class: 'list-body' });
        this.scroller.append(list.element, this.body);
        if (page.canAdd) this.quick = quickAdd(() => page.given?.() ?? {});
        if (route.value.view === 'all') this.filter = filterBar({ value: route.value.search.get('filter') ?? '', sort: page.question.sort, change: (text) => go(`/app/all${text ? `?filter=${encodeURIComponent(text)}` : ''}`) });
        this.element = h('section', { class: 'list-page', 'aria-label': page.title },
            this.#head(), this.filter?.element, this.quick?.element, this.scroller, this.selection.bar);
        this.view.addEventListener('change', () => this.show());
        this.#ends.push(onReset(() => this.view.reload()), route.watch(() => this.#list.render()), onTick(() => this.#tick()));
        this.selection.actOn(() => this.tasks(), page.question.trash === true);
        this.show();
        void this.view.load();
    }

    /** Time passes: what is late now looks so, and a new day has other tasks. */
    #tick() {
        const day = today(zone());
        const isNew = day !== this.#day;
        this.#day = day;
        if (isNew || this.page.isOfTheMoment) this.view.reload(0);
        if (isNew) this.show();
        else this.#list.render();
    }

    close() {
        this.view.close();
        this.#list.close();
        for (const end of this.#ends) end();
    }

    /** @returns {TodoTask[]} */
    tasks() {
        return this.view.items;
    }

    get canOrder() {
        return this.page.canSort === true && this.page.question.sort === 'position' && Boolean(this.page.question.holds);
    }

    #head() {
        const { page } = this;
        this.count = h('span', { class: 'count' });
        const sort = page.canSort && h('button', {
            type: 'button', class: 'button quiet', 'aria-haspopup': 'menu', 'aria-label': `Order: ${sorts[/** @type {'due'} */ (page.question.sort)] ?? page.question.sort}`, onclick: (/** @type {any} */ event) => this.#sortMenu(event.currentTarget),
        }, icon('sort'), h('span', { class: 'wide-only' }, sorts[/** @type {'due'} */ (page.question.sort)] ?? page.question.sort));
        const empty = page.question.trash && h('button', { type: 'button', class: 'button quiet danger', onclick: () => void this.#emptyTrash() }, icon('trash'), 'Empty the trash');
        return h('header', { class: 'list-head' }, h('h1', {}, page.title), this.count, h('span', { class: 'grow' }), empty, sort,
            h('button', { type: 'button', class: 'button quiet', 'aria-label': 'Select', onclick: () => this.selection.toggleMode() }, icon('select'), h('span', { class: 'wide-only' }, 'Select')));
    }

    /** @param {HTMLElement} anchor */
    #sortMenu(anchor) {
        showMenu(anchor, Object.entries(sorts).map(([value, text]) => ({
            text, checked: value === this.page.question.sort,
            run: () => {
                const { view, param, search } = route.value;
                local.set(`sort.${view}/${param}`, value);
                search.set('sort', value);
                go(`${location.pathname}?${search}`, { replace: true });
            },
        })), 'Order');
    }

    async #emptyTrash() {
        const yes = await confirmDialog({ title: 'Empty the trash?', text: 'Everything in it is deleted for good. This cannot be undone.', yes: 'Delete for good' });
        if (!yes) return;
        await tasks.perform({ name: 'task.purge', done: 'The trash is empty', method: 'DELETE', path: '/trash', mustAnswer: true });
        this.view.reload(0);
    }

    /** Brings what is known to the screen. */
    show() {
        const { view } = this;
        this.selection.keep(view.items);
        const count = view.items.length;
        this.count.textContent = view.isLoading ? '' : `${count}${view.cursor ? '+' : ''}`;
        this.#list.show(this.#items());
        this.filter?.show(view.error);
        if (view.isLoading) fill(this.body, skeleton());
        else if (view.error && count === 0) fill(this.body, this.filter && view.error.status === 422 ? null : failure(view.error, () => view.load()));
        else if (count === 0) fill(this.body, emptyState(this.page.empty));
        else this.body.replaceChildren();
        this.keys.keep();
    }

    /** @returns {any[]} */
    #items() {
        const group = this.page.group;
        if (!group) return this.view.items;
        /** @type {any[]} */
        const items = [];
        let last = '';
        for (const task of this.view.items) {
            const name = group(task);
            if (name !== last) items.push({ id: `heading ${name}`, heading: name });
            last = name;
            items.push(task);
        }
        return items;
    }

    /** @param {HTMLElement} element @param {TodoTask} task */
    #draw(element, task) {
        drawRow(element, task, {
            isSelected: this.selection.has(task.id), isSelecting: this.selection.isOn, isOpen: route.value.taskID === task.id, canDrag: this.canOrder,
            showsList: !this.page.hidesList, highlights: this.view.highlights.get(task.id) ?? [], inTrash: this.page.question.trash === true,
        });
    }

    #listen() {
        const rows = this.#list.element;
        rows.addEventListener('click', (/** @type {MouseEvent} */ event) => {
            const target = event.target instanceof Element ? event.target : null;
            const row = /** @type {HTMLElement | null} */ (target?.closest('.task-row'));
            const task = this.tasks().find((one) => one.id === row?.dataset.id);
            if (!row || !task) return;
            this.keys.current = task.id;
            const act = /** @type {HTMLElement | null} */ (target?.closest('[data-act]'))?.dataset.act;
            if (act === 'toggle') void tasks.toggle(task).catch(() => {});
            else if (act === 'more') rowMenu(/** @type {HTMLElement} */ (target?.closest('button')), task, this);
            else if (act === 'drag') return;
            else if (act === 'select' || event.ctrlKey || event.metaKey) this.selection.toggle(task.id);
            else if (event.shiftKey) this.selection.extend(this.tasks(), task.id);
            else if (act === 'open' && task.version > 0) openTask(task.id);
        });
        rows.addEventListener('dblclick', (/** @type {MouseEvent} */ event) => {
            const row = event.target instanceof Element ? event.target.closest('.task-row') : null;
            const task = this.tasks().find((one) => one.id === /** @type {any} */ (row)?.dataset.id);
            if (row && task && task.version > 0) this.keys.edit(task);
        });
        makeDraggable(this.#list, {
            move: (id, beforeID) => this.#place(id, beforeID),
            drop: (id, name) => {
                const task = this.tasks().find((one) => one.id === id);
                if (task) void tasks.move(task, { list: name }, `Moved to ${name}`).catch(() => {});
            },
        });
    }

    /**
     * Moves a task past the next one of its own place.
     * @param {string} id @param {number} step @returns {boolean} whether there is one
     */
    shift(id, step) {
        const items = this.tasks();
        const at = items.findIndex((one) => one.id === id);
        if (at < 0 || !items[at + step]) return false;
        const other = step > 0 ? items.findIndex((one, index) => index > at && isBeside(one, items[at]))
            : items.findLastIndex((one, index) => index < at && isBeside(one, items[at]));
        if (other < 0) return tellOfPlaces();
        return this.#place(id, items[step > 0 ? other + 1 : other]?.id ?? null);
    }

    /**
     * Puts a task before another row. Beside a task of another list, or below another one, it would move there: only those of
     * its own place say where it is.
     * @param {string} id @param {string | null} beforeID null for the end @returns {boolean} whether it is elsewhere now
     */
    #place(id, beforeID) {
        const items = this.tasks();
        const from = items.findIndex((one) => one.id === id);
        const to = beforeID === null ? items.length : items.findIndex((one) => one.id === beforeID);
        if (from < 0 || to < 0) return false;
        const task = items[from];
        /** @param {number} gap @returns {(TodoTask | undefined)[]} */
        const neighbours = (gap) => [items.slice(0, gap).findLast((one) => isBeside(one, task)), items.slice(gap).find((one) => isBeside(one, task))];
        const [above, below] = neighbours(to);
        if (above === neighbours(from)[0] && below === neighbours(from)[1]) return tellOfPlaces();
        items.splice(to > from ? to - 1 : to, 0, ...items.splice(from, 1));
        this.show();
        tasks.move(task, below ? { before: below.id } : { after: above?.id }).catch(() => this.view.reload(0));
        return true;
    }
}

/** Whether two tasks stand in one order. @param {TodoTask} one @param {TodoTask} other */
const isBeside = (one, other) => one.id !== other.id && one.version > 0
    && (one.parentId ?? null) === (other.parentId ?? null) && (one.list ?? null) === (other.list ?? null);

function tellOfPlaces() {
    tasks.outcome.value = { text: 'By hand, tasks are ordered within their list.' };
    return false;
}

function skeleton() {
    return h('div', { class: 'skeleton', role: 'status', 'aria-label': 'Loading' }, Array.from({ length: 7 }, () => h('div', { class: 'skeleton-row' }, h('i'), h('b'))));
}

/** @param {{title: string, text: string, icon: string}} empty */
export function emptyState(empty) {
    return h('div', { class: 'empty' }, h('div', { class: 'empty-art' }, icon(empty.icon, 'icon big'), h('i'), h('i'), h('i')), h('h2', {}, empty.title), h('p', {}, empty.text));
}

/** @param {any} error @param {() => void} again */
export function failure(error, again) {
    return h('div', { class: 'empty' }, h('div', { class: 'empty-art' }, icon('offline', 'icon big')), h('h2', {}, 'That could not be read'), h('p', {}, error.message), h('button', { type: 'button', class: 'button', onclick: again }, 'Try again'));
}
