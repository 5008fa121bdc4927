// Numbers in words: durations, times, counts. Nanoseconds since 1970 are BigInts, because numbers cannot hold them.

/** Three digits that matter. @param {number} nano */
export function duration(nano) {
    const size = Math.abs(nano);
    if (size >= 60e9) {
        const seconds = Math.round(size / 1e9);
        return `${nano < 0 ? '−' : ''}${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    }
    const [unit, word] = size >= 1e9 ? [1e9, 's'] : size >= 1e6 ? [1e6, 'ms'] : size >= 1e3 ? [1e3, 'µs'] : [1, 'ns'];
    const value = size / unit;
    const decimals = unit === 1 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return `${nano < 0 ? '−' : ''}${value.toFixed(decimals)} ${word}`;
}

/** With a sign, for differences. @param {number} nano */
export const difference = (nano) => (nano > 0 ? `+${duration(nano)}` : duration(nano));

/** @param {bigint} nano */
const dateOf = (nano) => new Date(Number(nano / 1000000n));

/** Time of day to the millisecond, as people here have it. @param {bigint} nano */
export function clock(nano) {
    const date = dateOf(nano);
    const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
    return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** The day if it is not today. @param {bigint} nano */
export function day(nano) {
    const date = dateOf(nano);
    if (date.toDateString() === new Date().toDateString()) return '';
    return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** Everything there is to know: UTC, to the nanosecond. @param {bigint} nano */
export function exact(nano) {
    const whole = dateOf(nano).toISOString().slice(0, 19).replace('T', ' ');
    return `${whole}.${String(nano % 1000000000n).padStart(9, '0')} UTC`;
}

/** How long ago, roughly. @param {bigint} nano @param {number} [now] */
export function ago(nano, now = Date.now()) {
    const seconds = Math.max(0, Math.round((now - Number(nano / 1000000n)) / 1000));
    if (seconds < 60) return `${seconds} s ago`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
    if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
    return `${Math.floor(seconds / 86400)} d ago`;
}

/** @param {number} value */
export const number = (value) => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f');

/** @param {number} count @param {string} noun @param {string} [plural] */
export const counted = (count, noun, plural = `${noun}s`) => `${number(count)} ${count === 1 ? noun : plural}`;

/** @param {number} bytes */
export function bytes(bytes) {
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    let value = bytes;
    let unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
        value /= 1000;
        unit += 1;
    }
    return `${value >= 100 || unit === 0 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`;
}

/** @param {number} part of one */
export const percent = (part) => (part > 0 && part < 0.01 ? '<1 %' : `${Math.round(part * 100)} %`);

/**
 * Marks of an axis at round numbers.
 * @param {number} from
 * @param {number} to
 * @param {number} most
 */
export function ticks(from, to, most) {
    const rough = (to - from) / Math.max(1, most);
    if (!(rough > 0)) return [from];
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= rough) ?? rough;
    const found = [];
    for (let at = Math.ceil(from / step) * step; at <= to + step / 1e6; at += step) found.push(at);
    return found;
}

/** Attributes may be named like times, which are read as BigInts; JSON has no word for those. @param {any} value */
export const json = (value) => JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one)) ?? '';

/** @param {any} value of an attribute, on one line */
export function shown(value) {
    return typeof value === 'string' ? value : json(value);
}
