// Dates as people say them. Local times are texts such as `2026-12-01T09:00`, as the API has them; they become instants
// only to be compared.

/** @typedef {{kind: 'date' | 'floating' | 'zoned', local: string, tz?: string}} DueTime */

export const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** @type {Map<string, Intl.DateTimeFormat>} */
const clocks = new Map();

/** @param {string} zone */
function clock(zone) {
    let found = clocks.get(zone);
    if (!found) {
        const options = /** @type {const} */ ({
            year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
            second: '2-digit', hourCycle: 'h23',
        });
        try {
            found = new Intl.DateTimeFormat('en-CA', { ...options, timeZone: zone });
        } catch {
            // A zone that this browser has not heard of yet.
            found = new Intl.DateTimeFormat('en-CA', { ...options, timeZone: 'UTC' });
        }
        clocks.set(zone, found);
    }
    return found;
}

/** What clocks of a zone show. @param {Date} instant @param {string} zone @returns {string} to the second */
export function localOf(instant, zone) {
    const parts = Object.fromEntries(clock(zone).formatToParts(instant).map((part) => [part.type, part.value]));
    return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}`;
}

/** @param {string} zone */
export const today = (zone) => localOf(new Date(), zone).slice(0, 10);

/** The moment when clocks of a zone show a local time; in a gap, the moment after it. @param {string} text @param {string} zone */
export function instantOf(text, zone) {
    const wanted = Date.parse(`${text.length === 10 ? `${text}T00:00` : text}Z`);
    let guess = wanted;
    for (let round = 0; round < 3; round += 1) {
        const shown = Date.parse(`${localOf(new Date(guess), zone)}Z`);
        if (shown === wanted) break;
        guess += wanted - shown;
    }
    return guess;
}

/** @param {string} date @param {number} days */
export function addDays(date, days) {
    const moved = new Date(`${date.slice(0, 10)}T00:00Z`);
    moved.setUTCDate(moved.getUTCDate() + days);
    return moved.toISOString().slice(0, 10);
}

/** 0 for Monday. @param {string} date */
export const weekday = (date) => (new Date(`${date.slice(0, 10)}T00:00Z`).getUTCDay() + 6) % 7;

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** The date that a due time falls on for its reader. @param {DueTime} due @param {string} zone */
export function dateOf(due, zone) {
    if (due.kind !== 'zoned' || !due.tz || due.tz === zone) return due.local.slice(0, 10);
    return localOf(new Date(instantOf(due.local, due.tz)), zone).slice(0, 10);
}

/** `HH:MM` for its reader, or nothing for a whole day. @param {DueTime} due @param {string} zone */
export function timeOf(due, zone) {
    if (due.kind === 'date') return '';
    if (due.kind === 'floating' || !due.tz || due.tz === zone) return due.local.slice(11, 16);
    return localOf(new Date(instantOf(due.local, due.tz)), zone).slice(11, 16);
}

/** When it is over: a whole day lasts. @param {DueTime} due @param {string} zone */
export function deadline(due, zone) {
    if (due.kind === 'date') return instantOf(addDays(due.local, 1), zone);
    return instantOf(due.local, due.kind === 'zoned' && due.tz ? due.tz : zone);
}

/** For sorting: a whole day comes when it begins. @param {DueTime | undefined} due @param {string} zone */
export function dueOrder(due, zone) {
    if (!due) return Number.POSITIVE_INFINITY;
    return instantOf(due.local, due.kind === 'zoned' && due.tz ? due.tz : zone);
}

/** @param {string} date @param {Intl.DateTimeFormatOptions} options */
const written = (date, options) =>
    new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(new Date(`${date.slice(0, 10)}T00:00Z`));

/** `Today`, `Tomorrow`, `Friday`, `3 Dec`. @param {string} date @param {string} now */
export function dayName(date, now) {
    const distance = Math.round((Date.parse(`${date}T00:00Z`) - Date.parse(`${now}T00:00Z`)) / 86_400_000);
    if (distance === 0) return 'Today';
    if (distance === 1) return 'Tomorrow';
    if (distance === -1) return 'Yesterday';
    if (distance > 1 && distance < 7) return written(date, { weekday: 'long' });
    return written(date, date.slice(0, 4) === now.slice(0, 4)
        ? { day: 'numeric', month: 'short' } : { day: 'numeric', month: 'short', year: 'numeric' });
}

/** @param {string} date */
export const longDay = (date) => written(date, { weekday: 'long', day: 'numeric', month: 'long' });

/** @param {string} date */
export const shortDay = (date) => written(date, { weekday: 'short', day: 'numeric', month: 'short' });

/** @param {string} month such as `2026-11` */
export const monthName = (month) => written(`${month}-01`, { month: 'long', year: 'numeric' });

/** @param {DueTime} due @param {string} zone */
export function dueText(due, zone) {
    const day = dayName(dateOf(due, zone), today(zone));
    const time = timeOf(due, zone);
    return time ? `${day} ${time}` : day;
}

/** `just now`, `5 min ago`, `21 Nov 14:03`. @param {string} instant @param {string} zone */
export function agoText(instant, zone) {
    const seconds = (Date.now() - Date.parse(instant)) / 1000;
    if (seconds < 60) return 'just now';
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
    const shown = localOf(new Date(instant), zone);
    return `${dayName(shown.slice(0, 10), today(zone))} ${shown.slice(11, 16)}`;
}
