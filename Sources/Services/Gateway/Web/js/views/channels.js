// Where notifications go.

import { fill, h, uniqueID } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { loadPreferences, preferences } from '../data/telling.js';
import { outcome } from '../data/tasks.js';
import { call } from '../net/http.js';
import { Action } from '../net/trace.js';
import { promptDialog, showDialog } from '../ui/dialog.js';
import { field, formError, select, showProblem } from '../ui/form.js';

const names = { page: 'On this page', email: 'E-mail', webhook: 'Webhook', push: 'Web push' };
const root = '/notifications';

/** @param {string} method @param {string} path @param {any} [body] @param {string} [done] */
async function write(method, path, body, done) {
    const action = new Action('notification.settings');
    try {
        const answer = await call(method, `${root}${path}`, { body, action });
        action.end();
        if (done) outcome.value = { text: done, action };
        return answer.data;
    } catch (error) {
        action.end('error');
        throw error;
    }
}

/** @param {any} error */
const tell = (error) => { outcome.value = { text: error.message, error }; };

/** @param {any} patch */
const prefer = async (patch) => {
    try {
        preferences.value = await write('PATCH', '/preferences', patch, 'Saved');
    } catch (error) {
        tell(error);
    }
};

function table() {
    const box = (/** @type {string} */ channel, /** @type {string} */ rule, /** @type {string} */ label) => {
        const id = uniqueID('rule');
        return h('td', {}, h('input', {
            type: 'checkbox', id, class: 'switch-box', checked: preferences.value[channel]?.[rule], 'aria-label': `${names[/** @type {'page'} */ (channel)]}: ${label}`,
            onchange: (/** @type {any} */ event) => void prefer({ [channel]: { [rule]: event.target.checked } }),
        }));
    };
    return h('table', { class: 'rules' }, h('thead', {}, h('tr', {}, h('td', {}), ['On', 'Keeps quiet hours', 'Once a day'].map((text) => h('th', { scope: 'col' }, text)))),
        h('tbody', {}, Object.keys(names).map((channel) => h('tr', {}, h('th', { scope: 'row' }, names[/** @type {'page'} */ (channel)]), box(channel, 'enabled', 'on'), box(channel, 'quietHours', 'keeps quiet hours'), channel === 'page' ? h('td', {}) : box(channel, 'digest', 'once a day')))));
}

export function channels() {
    const place = h('div', { class: 'stack' }, h('p', { class: 'hint' }, 'Loading…'));
    const load = async () => {
        try {
            const [places] = await Promise.all([call('GET', `${root}/subscriptions`), loadPreferences()]);
            show(place, places.data.items, load);
        } catch (error) {
            fill(place, h('p', { class: 'hint' }, /** @type {any} */ (error).message));
        }
    };
    void load();
    return place;
}

/** @param {HTMLElement} place @param {any[]} places @param {() => Promise<void>} load */
function show(place, places, load) {
    const digest = h('input', { type: 'time', class: 'input', value: preferences.value.digestAt, required: true, onchange: () => void prefer({ digestAt: digest.value }) });
    fill(place, table(), field('The daily summary goes out at', digest), h('h3', {}, 'Places'),
        h('ul', { class: 'plain-list' }, places.map((one) => h('li', { class: 'line' }, h('span', { class: 'grow clip' }, h('strong', {}, names[/** @type {'page'} */ (one.channel)]), ' ', one.destination, !one.confirmed && one.channel === 'email' && h('span', { class: 'muted' }, ' · to be confirmed')),
            !one.confirmed && one.channel === 'email' && h('button', { type: 'button', class: 'button small', onclick: () => void confirm(one, load) }, 'Enter the code'),
            h('button', { type: 'button', class: 'button small', onclick: () => void write('POST', '/test', { subscriptionID: one.id }, 'A test is on its way').catch(tell) }, 'Test'),
            h('button', { type: 'button', class: 'icon-button', 'aria-label': `Remove ${one.destination}`, onclick: () => void write('DELETE', `/subscriptions/${one.id}`, undefined, 'Removed').then(load).catch(tell) }, icon('close'))))),
        h('div', { class: 'row' }, h('button', { type: 'button', class: 'button', onclick: () => add(load) }, icon('plus'), 'Add a place'), h('button', { type: 'button', class: 'button', onclick: () => void write('POST', '/test', {}, 'A test is on its way').catch(tell) }, 'Send a test')));
}

/** @param {any} one @param {() => Promise<void>} load */
async function confirm(one, load) {
    const code = await promptDialog({ title: 'Confirm the address', label: 'Code from the mail', yes: 'Confirm' });
    if (code) await write('POST', `/subscriptions/${one.id}/confirm`, { code }, 'Confirmed').then(load).catch(tell);
}

/** @param {() => Promise<void>} load */
function add(load) {
    const place = h('input', { class: 'input', required: true, maxlength: 2000, type: 'url', placeholder: 'https://' });
    const kind = select({ webhook: 'Webhook', email: 'E-mail' }, 'webhook', (value) => { place.type = value === 'email' ? 'email' : 'url'; place.placeholder = value === 'email' ? '' : 'https://'; });
    const form = h('form', {
        class: 'stack', onsubmit: async (/** @type {Event} */ event) => {
            event.preventDefault();
            try {
                const made = await write('POST', '/subscriptions', kind.value === 'email' ? { channel: 'email', address: place.value } : { channel: 'webhook', url: place.value }, 'Added');
                shown.close();
                await load();
                if (made.secret) showDialog({ title: 'The secret of the webhook', content: h('div', { class: 'stack' }, h('p', {}, 'It signs what is sent, and is shown only now.'), h('code', { class: 'copy-text' }, made.secret)) });
            } catch (error) {
                showProblem(form, error);
            }
        },
    }, field('Kind', kind), h('div', { dataset: { pointer: '/url' } }, h('div', { dataset: { pointer: '/address' } }, field('Address', place))), formError(), h('div', { class: 'row end' }, h('button', { type: 'submit', class: 'button primary' }, 'Add')));
    const shown = showDialog({ title: 'Add a place', content: form });
}
