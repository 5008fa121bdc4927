// Settings of the account, of notifications, and of this browser.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { agoText, browserZone } from '../lib/time.js';
import { changeSettings, loadSettings, settings, zone } from '../data/settings.js';
import { outcome } from '../data/tasks.js';
import { call } from '../net/http.js';
import { session, signOut, signOutEverywhere } from '../net/session.js';
import { Action } from '../net/trace.js';
import { clearProblems, field, formError, select, showProblem } from '../ui/form.js';
import { choose, theme, themes } from '../ui/theme.js';
import { zoneNames } from '../task/due.js';
import { closing } from './account.js';
import { channels } from './channels.js';

/** @param {HTMLElement} form @param {any} patch */
async function save(form, patch) {
    const action = new Action('settings.change');
    try {
        clearProblems(form);
        await changeSettings(patch, action);
        action.end();
        outcome.value = { text: 'Settings saved', action };
    } catch (error) {
        action.end('error');
        showProblem(form, error);
    }
}

function account() {
    const now = settings.value;
    const names = zoneNames();
    const place = select(Object.fromEntries([...new Set([now.timeZone, ...names])].map((name) => [name, name.replaceAll('_', ' ')])), now.timeZone, (timeZone) => void save(form, { timeZone }));
    const week = select({ monday: 'Monday', sunday: 'Sunday', saturday: 'Saturday' }, now.weekStart, (weekStart) => void save(form, { weekStart }));
    const time = h('input', { type: 'time', class: 'input', value: now.defaultReminderTime, required: true, onchange: () => void save(form, { defaultReminderTime: time.value }) });
    const from = h('input', { type: 'time', class: 'input', value: now.quietHours?.from ?? '' });
    const to = h('input', { type: 'time', class: 'input', value: now.quietHours?.to ?? '' });
    const quiet = () => {
        if (from.value && to.value) void save(form, { quietHours: { from: from.value, to: to.value } });
        else if (!from.value && !to.value && settings.value.quietHours) void save(form, { quietHours: null });
    };
    from.addEventListener('change', quiet);
    to.addEventListener('change', quiet);
    const form = h('form', { class: 'stack', onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
        field('Time zone', place, { pointer: '/timeZone', hint: now.timeZone === browserZone ? undefined : `This browser is in ${browserZone}.` }),
        field('The week begins on', week, { pointer: '/weekStart' }),
        field('Reminders of whole days come at', time, { pointer: '/defaultReminderTime' }),
        h('fieldset', {}, h('legend', {}, 'Quiet hours'), h('div', { class: 'two' }, field('From', from, { pointer: '/quietHours/from' }), field('To', to, { pointer: '/quietHours/to' })), h('p', { class: 'hint' }, 'What comes meanwhile waits, on channels that keep them.'),
            h('button', { type: 'button', class: 'button small', onclick: () => { from.value = ''; to.value = ''; quiet(); } }, 'No quiet hours')), formError());
    return form;
}

function look() {
    return h('fieldset', { class: 'themes' }, h('legend', { class: 'visually-hidden' }, 'Colours'), Object.entries(themes).map(([value, text]) => h('label', { class: `theme-choice ${value}` },
        h('input', { type: 'radio', name: 'theme', value, checked: theme.value === value, onchange: () => choose(value) }), h('span', { class: 'swatch', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')), h('span', {}, text))));
}

function sessions() {
    const list = h('ul', { class: 'plain-list' });
    const load = async () => {
        try {
            const { data } = await call('GET', '/auth/sessions');
            fill(list, data.items.map((/** @type {any} */ item) => h('li', { class: 'line' }, h('span', { class: 'grow' }, item.isCurrent ? h('strong', {}, 'This browser') : 'Another browser', h('span', { class: 'muted' }, ` · since ${agoText(item.createdAt, zone())}, used ${agoText(item.refreshedAt, zone())}`)),
                !item.isCurrent && h('button', { type: 'button', class: 'button small', onclick: async () => { await call('DELETE', `/auth/sessions/${item.id}`); void load(); } }, 'End'))));
        } catch (error) {
            fill(list, h('li', { class: 'hint' }, /** @type {any} */ (error).message));
        }
    };
    void load();
    return h('div', { class: 'stack' }, h('p', {}, 'Signed in as ', h('strong', {}, session.value?.user.email)), list,
        h('div', { class: 'row' }, h('button', { type: 'button', class: 'button', onclick: () => void signOut() }, icon('out'), 'Sign out'), h('button', { type: 'button', class: 'button danger', onclick: () => void signOutEverywhere().catch((error) => { outcome.value = { text: error.message, error }; }) }, 'Sign out everywhere')));
}

export class SettingsView {
    constructor() {
        this.body = h('div', { class: 'settings' });
        this.element = h('section', { class: 'list-page', 'aria-label': 'Settings' }, h('header', { class: 'list-head' }, h('h1', {}, 'Settings')), h('div', { class: 'scroller', tabindex: -1 }, this.body));
        this.#show();
        void loadSettings().then(() => this.#show(), () => {});
    }

    close() {}

    #show() {
        if (this.body.contains(document.activeElement)) return;
        const part = (/** @type {string} */ title, /** @type {HTMLElement} */ content) => h('section', { class: 'setting' }, h('h2', {}, title), content);
        fill(this.body, part('Colours', look()), part('Time', account()), part('Notifications', channels()), part('Sessions', sessions()), part('Account', closing()));
    }
}
