// What somebody wants to be told on this page, and when not.

import { call } from '../net/http.js';
import { Store } from '../lib/store.js';
import { localOf } from '../lib/time.js';
import { session } from '../net/session.js';
import { settings, zone } from './settings.js';

/** As the service has them, one rule for each channel. @type {Store<any>} */
export const preferences = new Store(/** @type {any} */ (undefined));

// The next one may want it otherwise.
session.watch((now) => { if (!now) preferences.value = undefined; });

export async function loadPreferences() {
    preferences.value = (await call('GET', '/notifications/preferences')).data;
}

/** Whether the page shows notifications at all. */
export const isTold = () => preferences.value?.page?.enabled !== false;

/** Whether they come without a note now: the hours are quiet, and the page keeps them. */
export function isQuietNow() {
    const hours = settings.value.quietHours;
    if (!hours || !preferences.value?.page?.quietHours) return false;
    const now = localOf(new Date(), zone()).slice(11, 16);
    return hours.from <= hours.to ? hours.from <= now && now < hours.to : hours.from <= now || now < hours.to;
}
