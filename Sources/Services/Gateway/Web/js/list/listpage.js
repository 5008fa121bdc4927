// A list of tasks: the head, the line for new ones, and the rows with everything that hands do to them.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { local } from '../lib/store.js';
import * as tasks from '../data/tasks.js';
import { TaskView } from '../data/view.js';
import { onReset } from '../data/live.js';
import { confirmDialog, showMenu } from '../ui/dialog.js';
import { go, openTask, route } from '../ui/router.js';
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
        if (page.canAdd) this.quick = quickAdd(() => page.given ?? {});
        if (route.value.view === 'all') this.filter = filterBar({ value: route.value.search.get('filter') ?? '', sort: page.question.sort, change: (text) => go(`/app/all${text ? `?filter=${encodeURIComponent(text)}` : ''}`) });
        this.element = h('section', { class: 'list-page', 'aria-label': page.title },
            this.#head(), this.filter?.element, this.quick?.element, this.scroller, this.selection.bar);
        this.view.addEventListener('change', () => this.show());
        this.#ends.push(onReset(() => this.view.reload()), route.watch(() => this.#list.render()));
        this.selection.actOn(() => this.tasks(), page.question.trash === true);
        this.show();
        void this.view.load();
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
            else if (act === 'open' && !task.isWaiting) openTask(task.id);
        });
        rows.addEventListener('dblclick', (/** @type {MouseEvent} */ event) => {
            const row = event.target instanceof Element ? event.target.closest('.task-row') : null;
            const task = this.tasks().find((one) => one.id === /** @type {any} */ (row)?.dataset.id);
            if (row && task && !task.isWaiting) this.keys.edit(task);
        });
        makeDraggable(this.#list, {
            move: (from, to) => this.reorder(from, to),
            drop: (from, name) => void tasks.move(this.tasks()[from], { list: name }, `Moved to ${name}`).catch(() => {}),
        });
    }

    /** Puts a task before the one at a place. @param {number} from @param {number} to */
    reorder(from, to) {
        const items = this.tasks();
        const task = items[from];
        const before = items[to];
        const place = before ? { before: before.id } : { after: items[items.length - 1].id };
        items.splice(to > from ? to - 1 : to, 0, ...items.splice(from, 1));
        this.show();
        tasks.move(task, place).catch(() => this.view.reload(0));
    }
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
