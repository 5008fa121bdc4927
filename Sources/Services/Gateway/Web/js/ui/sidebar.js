// The way through the page: smart views, lists, saved filters, tags.

import { fill, h } from '../lib/dom.js';
import { icon, mark } from '../lib/icons.js';
import { filters, lists, loadFilters, loadLists, tags } from '../data/collections.js';
import { outcome, perform } from '../data/tasks.js';
import { call } from '../net/http.js';
import { session, signOut } from '../net/session.js';
import { Action } from '../net/trace.js';
import { confirmDialog, promptDialog, showDialog, showMenu } from './dialog.js';
import { go, path, route } from './router.js';

/** @type {[string, string][]} */
const smart = [['today', 'Today'], ['upcoming', 'Upcoming'], ['overdue', 'Overdue'], ['all', 'All tasks'], ['done', 'Done'], ['calendar', 'Calendar'], ['templates', 'Templates'], ['trash', 'Trash']];

/** Of the name of a list or a filter. */
const mostLetters = 64;

/** @param {string} href @param {string} name @param {string} text @param {any} [extra] @param {Record<string, any>} [dataset] */
function entry(href, name, text, extra, dataset = {}) {
    const isHere = location.pathname === href || (href === '/app/calendar' && location.pathname.startsWith(href));
    return h('li', { class: `nav-item${isHere ? ' here' : ''}`, dataset }, h('a', { href, 'aria-current': isHere ? 'page' : undefined }, icon(name), h('span', { class: 'clip grow' }, text)), extra);
}

/** @param {() => void} close of the drawer */
export function sidebar(close) {
    const views = h('ul', {});
    const own = h('ul', {});
    const archived = h('ul', {});
    const archivedPart = h('details', { class: 'nav-archived' }, h('summary', {}, 'Archived'), archived);
    const saved = h('ul', {});
    const tagged = h('ul', { class: 'tag-cloud' });
    const savedPart = h('div', {}, h('div', { class: 'nav-title' }, h('h2', {}, 'Filters')), saved);
    const tagPart = h('div', {}, h('div', { class: 'nav-title' }, h('h2', {}, 'Tags')), tagged);
    const draw = () => {
        fill(views, smart.map(([view, text]) => entry(path(view), view === 'templates' ? 'template' : view, text)));
        const active = lists.value.filter((list) => !list.archivedAt);
        fill(own, active.map((list) => entry(path('list', list.name), 'list', list.name, h('button', { type: 'button', class: 'icon-button nav-more', 'aria-label': `More for the list ${list.name}`, 'aria-haspopup': 'menu', onclick: (/** @type {any} */ event) => listMenu(event.currentTarget, list) }, icon('more')), { listName: list.name })),
            active.length === 0 && h('li', { class: 'hint pad' }, 'No lists yet'));
        const away = lists.value.filter((list) => list.archivedAt);
        fill(archived, away.map((list) => entry(path('list', list.name), 'list', list.name, h('button', { type: 'button', class: 'icon-button nav-more', 'aria-label': `More for the archived list ${list.name}`, 'aria-haspopup': 'menu', onclick: (/** @type {any} */ event) => archivedMenu(event.currentTarget, list) }, icon('more')))));
        archivedPart.hidden = away.length === 0;
        fill(saved, filters.value.map((one) => entry(path('filter', one.id), 'filter', one.name, h('button', { type: 'button', class: 'icon-button nav-more', 'aria-label': `More for the filter ${one.name}`, 'aria-haspopup': 'menu', onclick: (/** @type {any} */ event) => filterMenu(event.currentTarget, one) }, icon('more')))));
        savedPart.hidden = filters.value.length === 0;
        const used = tags.value.filter((tag) => tag.open > 0).slice(0, 24);
        fill(tagged, used.map((tag) => h('li', {}, h('a', { href: path('tag', tag.name), class: 'chip tag', 'aria-current': location.pathname === path('tag', tag.name) ? 'page' : undefined }, `#${tag.name}`))));
        tagPart.hidden = used.length === 0;
    };
    const ends = [route, lists, filters, tags].map((store) => /** @type {any} */ (store).watch(draw));
    const element = h('nav', { class: 'sidebar', 'aria-label': 'Main' },
        h('div', { class: 'brand' }, mark(), h('span', {}, 'Todo'), h('span', { class: 'grow' }), h('button', { type: 'button', class: 'icon-button drawer-close', 'aria-label': 'Close the menu', onclick: close }, icon('close'))),
        h('div', { class: 'nav-scroll' }, views, h('div', { class: 'nav-title' }, h('h2', {}, 'Lists'), h('button', { type: 'button', class: 'icon-button', 'aria-label': 'New list', onclick: () => void newList() }, icon('plus'))), own, archivedPart, savedPart, tagPart),
        h('div', { class: 'nav-foot' }, h('button', { type: 'button', class: 'account', 'aria-haspopup': 'menu', onclick: (/** @type {any} */ event) => showMenu(event.currentTarget, [
            { text: 'Settings', icon: 'settings', hint: 'g s', run: () => go('/app/settings') }, { text: 'Sign out', icon: 'out', run: () => void signOut() },
        ], 'Account') }, h('span', { class: 'avatar', 'aria-hidden': 'true' }, (session.value?.user.email ?? '?').slice(0, 1).toUpperCase()), h('span', { class: 'clip grow' }, session.value?.user.email), icon('settings'))));
    element.addEventListener('click', (event) => { if (event.target instanceof Element && event.target.closest('a')) close(); });
    return { element, end: () => ends.forEach((end) => end()) };
}

export async function newList() {
    const name = await promptDialog({ title: 'New list', label: 'Name', yes: 'Create', most: mostLetters });
    if (name && await listAct({ name: 'list.create', done: 'List created', method: 'POST', path: '/lists', body: { name } })) go(path('list', name));
}

/** @param {any} change @returns {Promise<boolean>} whether it was done; else the note says why not */
async function listAct(change) {
    const isDone = await perform({ name: 'list.change', mustAnswer: true, ...change }).then(() => true, () => false);
    // What cannot be read now is told by the stream.
    await loadLists().catch(() => {});
    return isDone;
}

/** @param {HTMLElement} anchor @param {any} list */
function listMenu(anchor, list) {
    const all = lists.value.filter((one) => !one.archivedAt);
    const at = all.findIndex((one) => one.id === list.id);
    showMenu(anchor, [
        { text: 'Rename', icon: 'note', run: () => void renameList(list) },
        at > 0 && { text: 'Move up', icon: 'sort', run: () => void listAct({ done: 'Moved', method: 'POST', path: `/lists/${list.id}/move`, body: { before: all[at - 1].id } }) },
        at < all.length - 1 && { text: 'Move down', icon: 'sort', run: () => void listAct({ done: 'Moved', method: 'POST', path: `/lists/${list.id}/move`, body: { after: all[at + 1].id } }) },
        { text: 'Archive', icon: 'template', run: () => void listAct({ done: 'Archived', method: 'PATCH', path: `/lists/${list.id}`, body: { archived: true } }) },
        { text: 'Delete', icon: 'trash', danger: true, run: () => deleteList(list) },
    ], list.name);
}

/** @param {HTMLElement} anchor @param {any} list */
function archivedMenu(anchor, list) {
    showMenu(anchor, [
        { text: 'Bring back', icon: 'undo', run: () => void listAct({ done: 'The list is back', method: 'PATCH', path: `/lists/${list.id}`, body: { archived: false } }) },
        { text: 'Delete', icon: 'trash', danger: true, run: () => deleteList(list) },
    ], list.name);
}

/** @param {any} list */
async function renameList(list) {
    const name = await promptDialog({ title: 'Rename the list', label: 'Name', value: list.name, yes: 'Rename', most: mostLetters });
    if (!name || name === list.name) return;
    const isHere = location.pathname === path('list', list.name);
    if (await listAct({ done: 'Renamed', method: 'PATCH', path: `/lists/${list.id}`, body: { name } }) && isHere) go(path('list', name), { replace: true });
}

/** @param {any} list */
function deleteList(list) {
    const run = async (/** @type {string} */ tasks) => {
        shown.close();
        const isDone = await listAct({ done: 'List deleted', method: 'DELETE', path: `/lists/${list.id}?tasks=${tasks}` });
        if (isDone && location.pathname === path('list', list.name)) go('/app/all');
    };
    const shown = showDialog({ title: `Delete “${list.name}”?`, content: h('div', { class: 'stack' }, h('p', {}, 'What becomes of its tasks?'),
        h('button', { type: 'button', class: 'button', onclick: () => void run('keep') }, 'Keep them, in no list'), h('button', { type: 'button', class: 'button danger', onclick: () => void run('trash') }, 'Move them to the trash')) });
}

/** @param {HTMLElement} anchor @param {any} saved */
function filterMenu(anchor, saved) {
    const act = async (/** @type {string} */ method, /** @type {any} */ body) => {
        const action = new Action('filter.save');
        try {
            await call(method, `/filters/${saved.id}`, { body, action });
            action.end();
        } catch (error) {
            action.end('error');
            outcome.value = { text: /** @type {any} */ (error).message, action, error };
            return;
        }
        if (method === 'DELETE' && location.pathname === path('filter', saved.id)) go('/app/all');
        await loadFilters().catch(() => {});
    };
    showMenu(anchor, [
        { text: 'Change the filter', icon: 'filter', run: () => go(`/app/all?filter=${encodeURIComponent(saved.filter)}`) },
        { text: 'Rename', icon: 'note', run: async () => { const name = await promptDialog({ title: 'Rename the filter', label: 'Name', value: saved.name, yes: 'Rename', most: mostLetters }); if (name) await act('PATCH', { name }); } },
        { text: 'Delete', icon: 'trash', danger: true, run: async () => { if (await confirmDialog({ title: 'Delete the filter?', text: `“${saved.name}” is taken away; tasks stay.`, yes: 'Delete' })) await act('DELETE', undefined); } },
    ], saved.name);
}
