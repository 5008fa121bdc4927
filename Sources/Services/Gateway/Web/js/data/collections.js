// Lists, tags, saved filters and templates: small, read whole, and read anew when something happened to them.

import { call, everything } from '../net/http.js';
import { Store } from '../lib/store.js';
import { loadPreferences } from './telling.js';

/** @typedef {{id: string, name: string, position: string, archivedAt?: string, version: number}} TaskList */
/** @typedef {{id: string, name: string, filter: string, sort?: string, version: number}} SavedFilter */
/** @typedef {{id: string, name: string, task: any, version: number}} Template */

/** Archived ones too: their names are taken. @type {Store<TaskList[]>} */
export const lists = new Store(/** @type {TaskList[]} */ ([]));
/** @type {Store<{name: string, tasks: number, open: number}[]>} */
export const tags = new Store(/** @type {any[]} */ ([]));
/** @type {Store<SavedFilter[]>} */
export const filters = new Store(/** @type {SavedFilter[]} */ ([]));
/** @type {Store<Template[] | undefined>} */
export const templates = new Store(/** @type {any} */ (undefined));

export async function loadLists() {
    lists.value = (await call('GET', '/lists?archived=all')).data.items;
}

export async function loadTags() {
    tags.value = (await call('GET', '/tags')).data.items;
}

export async function loadFilters() {
    filters.value = (await call('GET', '/filters')).data.items;
}

export async function loadTemplates() {
    templates.value = await everything('/templates');
}

export const loadCollections = () => Promise.allSettled([loadLists(), loadTags(), loadFilters(), loadPreferences()]);
