// The frame of the page for somebody who is signed in.

import { fill, h, isTyping } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { announce } from '../lib/dom.js';
import { filters } from '../data/collections.js';
import { undo } from '../data/tasks.js';
import { ListPage } from '../list/listpage.js';
import { pageOf } from '../list/questions.js';
import { TaskPanel } from '../task/panel.js';
import { signOut } from '../net/session.js';
import { CalendarView } from '../views/calendar.js';
import { bell } from '../views/notices.js';
import { SettingsView } from '../views/settings.js';
import { TemplatesView } from '../views/templates.js';
import { banner } from './banner.js';
import { listenToKeys, showHelp } from './keyboard.js';
import { showPalette } from './palette.js';
import { go, openTask, route } from './router.js';
import { newList, sidebar } from './sidebar.js';
import { choose, themes } from './theme.js';
import { toast } from './toast.js';
import { forgetChat, toggleChat } from '../chat/panel.js';

/** @typedef {{element: HTMLElement, close: () => void}} View */

export class Shell {
    /** @type {any} */
    view;
    /** @type {TaskPanel | null} */
    panel = null;
    #key = '';
    #end = new AbortController();

    constructor() {
        const { signal } = this.#end;
        const closeDrawer = () => this.element.classList.remove('drawer-open');
        this.side = sidebar(closeDrawer);
        this.main = h('main', { class: 'main', id: 'main', tabindex: -1 });
        this.search = h('input', { type: 'search', class: 'search-input', placeholder: 'Search', 'aria-label': 'Search tasks', 'aria-keyshortcuts': '/', autocomplete: 'off', maxlength: 200 });
        this.search.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
            if (event.key === 'Enter' && this.search.value.trim()) go(`/app/search?q=${encodeURIComponent(this.search.value.trim())}`);
            else if (event.key === 'Escape') this.search.blur();
        });
        this.search.addEventListener('input', () => {
            const text = this.search.value.trim();
            clearTimeout(this.timer);
            if (text.length > 1) this.timer = setTimeout(() => go(`/app/search?q=${encodeURIComponent(text)}`, { replace: route.value.view === 'search' }), 300);
        });
        this.place = h('div', { class: 'panel-place' });
        this.chat = h('div', { class: 'chat-place' });
        this.drawerButton = h('button', { type: 'button', class: 'icon-button drawer-button', 'aria-label': 'Open the menu', onclick: () => this.#openDrawer() }, icon('menu'));
        this.element = h('div', { class: 'shell' },
            h('a', { class: 'skip', href: '#main', onclick: (/** @type {Event} */ event) => { event.preventDefault(); this.main.focus(); } }, 'Skip to the tasks'),
            this.side.element, h('div', { class: 'scrim', onclick: closeDrawer }),
            h('div', { class: 'content' },
                h('header', { class: 'topbar' }, this.drawerButton, h('div', { class: 'search-box', role: 'search' }, icon('search'), this.search, h('kbd', { 'aria-hidden': 'true' }, '/')), h('span', { class: 'grow' }),
                    h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Assistant', onclick: () => this.#chat() }, icon('chat')),
                    bell(signal), h('button', { type: 'button', class: 'icon-button wide-only', 'aria-label': 'Keyboard help', onclick: showHelp }, icon('help'))),
                banner(signal), h('div', { class: 'columns' }, this.main, this.place, this.chat)), toast(signal));
        this.element.addEventListener('keydown', (event) => { if (event.key === 'Escape') closeDrawer(); });
        route.watch(() => this.#show(), signal);
        filters.watch(() => { if (route.value.view === 'filter') this.#show(); }, signal);
        listenToKeys({
            n: () => this.add(), '/': () => this.search.focus(), b: () => /** @type {HTMLElement} */ (this.element.querySelector('.bell')).click(), a: () => this.#chat(),
            j: () => this.view?.keys?.step(1), k: () => this.view?.keys?.step(-1), ArrowDown: () => this.view?.keys?.step(0), Escape: () => { if (route.value.taskID) openTask(null); },
        }, () => this.palette(), signal);
    }

    #chat() {
        toggleChat(this.chat);
    }

    #openDrawer() {
        this.element.classList.add('drawer-open');
        /** @type {HTMLElement} */ (this.side.element.querySelector('a')).focus();
    }

    add() {
        if (this.view?.quick) return this.view.quick.focus();
        go('/app/all');
        this.view?.quick?.focus();
    }

    palette() {
        const place = (/** @type {string} */ text, /** @type {string} */ name, /** @type {string} */ to, /** @type {string} */ hint) => ({ text, icon: name, hint, run: () => go(to) });
        showPalette([
            { text: 'New task', icon: 'plus', hint: 'n', run: () => this.add() },
            place('Today', 'today', '/app/today', 'g t'), place('Upcoming', 'upcoming', '/app/upcoming', 'g u'), place('Overdue', 'overdue', '/app/overdue', 'g o'), place('All tasks', 'all', '/app/all', 'g a'),
            place('Done', 'done', '/app/done', 'g d'), place('Trash', 'trash', '/app/trash', 'g x'), place('Calendar', 'calendar', '/app/calendar', 'g c'), place('Templates', 'template', '/app/templates', 'g p'), place('Settings', 'settings', '/app/settings', 'g s'),
            { text: 'New list', icon: 'list', run: () => void newList() }, { text: 'Undo', icon: 'undo', hint: 'z', run: () => void undo().catch(() => {}) },
            { text: 'Ask the assistant', icon: 'chat', hint: 'a', run: () => this.#chat() }, { text: 'Keyboard help', icon: 'help', hint: '?', run: showHelp },
            ...Object.entries(themes).map(([value, text]) => ({ text: `Colours: ${text}`, icon: 'sun', run: () => choose(value) })),
            { text: 'Sign out', icon: 'out', run: () => void signOut() },
        ]);
    }

    #show() {
        const { view, param, search, taskID } = route.value;
        const saved = view === 'filter' ? filters.value.find((one) => one.id === param)?.name : '';
        const key = JSON.stringify([view, param, search.get('q'), search.get('filter'), search.get('sort'), saved]);
        if (key !== this.#key) {
            const isFirst = this.#key === '';
            this.#key = key;
            this.view?.close();
            this.view = this.#make();
            fill(this.main, this.view.element);
            const title = this.view.element.getAttribute('aria-label') ?? 'Todo';
            document.title = `${title} · Todo`;
            if (!isFirst) announce(title);
            if (!isFirst && !isTyping(document.activeElement) && !document.querySelector('dialog[open]')) this.main.focus({ preventScroll: true });
        }
        if (view !== 'search' && document.activeElement !== this.search) this.search.value = '';
        if (this.panel?.id === taskID) return;
        this.panel?.leave();
        this.panel = taskID && /^[\w-]{1,64}$/.test(taskID) ? new TaskPanel(taskID) : null;
        fill(this.place, this.panel?.element);
        this.element.classList.toggle('has-panel', this.panel !== null);
        if (this.panel) /** @type {HTMLElement | null} */ (this.panel.element.querySelector('.panel-title'))?.focus({ preventScroll: true });
    }

    #make() {
        const { view, param } = route.value;
        if (view === 'calendar') return new CalendarView(param);
        if (view === 'templates') return new TemplatesView();
        if (view === 'settings') return new SettingsView();
        const page = pageOf(route.value);
        if (page) return new ListPage(page);
        history.replaceState(null, '', '/app/today');
        return new ListPage(/** @type {any} */ (pageOf({ ...route.value, view: 'today' })));
    }

    close() {
        this.view?.close();
        this.panel?.close();
        forgetChat();
        this.side.end();
        this.#end.abort();
    }
}
