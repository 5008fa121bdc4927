// The settings of the account, which decide what "today" is.

import { call } from '../net/http.js';
import { Store } from '../lib/store.js';
import { browserZone } from '../lib/time.js';

/**
 * @typedef {object} Settings
 * @property {string} timeZone
 * @property {string} weekStart
 * @property {string} defaultReminderTime
 * @property {{from: string, to: string}} [quietHours]
 */

/** Of somebody who has said nothing yet. @type {Settings} */
export const initial = { timeZone: browserZone, weekStart: 'monday', defaultReminderTime: '09:00' };

/** @type {Store<Settings>} */
export const settings = new Store(initial);

export const zone = () => settings.value.timeZone;

export async function loadSettings() {
    settings.value = (await call('GET', '/settings')).data;
}

/** @param {Record<string, any>} patch @param {import('../net/trace.js').Action} [action] */
export async function changeSettings(patch, action) {
    settings.value = (await call('PATCH', '/settings', { body: patch, action })).data;
}
