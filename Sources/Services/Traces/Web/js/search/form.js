// What is looked for. Every field is a parameter of the address, and of the store's query by the same name.

import { fill, h, uniqueID } from '../lib/dom.js';
import { services as askServices } from '../net/api.js';

export const fieldNames = ['service', 'operation', 'status', 'min', 'max', 'task', 'from', 'to'];

const lasts = [['', 'Any time'], ['5m', 'Last 5 minutes'], ['1h', 'Last hour'], ['6h', 'Last 6 hours'], ['24h', 'Last day'], ['range', 'From … to …']];
const spans = /** @type {Record<string, number>} */ ({ '5m': 300, '1h': 3600, '6h': 21600, '24h': 86400 });

/** The store's query of an address. @param {URLSearchParams} query @param {number} [now] */
export function toStore(query, now = Date.now()) {
    const asked = new URLSearchParams();
    for (const name of fieldNames) if (query.get(name)) asked.set(name, query.get(name) ?? '');
    for (const tag of query.getAll('tag')) asked.append('tag', tag);
    const seconds = spans[query.get('last') ?? ''];
    if (seconds) asked.set('from', new Date(now - seconds * 1000).toISOString());
    asked.set('limit', query.get('limit') ?? '100');
    if (query.get('cursor')) asked.set('cursor', query.get('cursor') ?? '');
    return asked;
}

/** Whether a duration is one for the store. @param {string} text */
export const isDuration = (text) => text === '' || /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text);

/** A time of this place, as a field has it, in the words of the store. @param {string} local */
const toInstant = (local) => (local ? new Date(local).toISOString() : '');

/** To the millisecond, as times are picked by dragging. @param {string | null} instant */
function toLocal(instant) {
    const date = new Date(instant ?? '');
    if (Number.isNaN(date.getTime())) return '';
    return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 23);
}

/**
 * @param {URLSearchParams} query
 * @param {(query: URLSearchParams) => void} search
 */
export function searchForm(query, search) {
    const operations = h('datalist', { id: uniqueID('operations') });
    const options = { autocomplete: 'off', spellcheck: 'false', maxlength: 500 };
    const service = h('select', { class: 'input', name: 'service' }, h('option', { value: '' }, 'Any service'));
    const operation = h('input', { class: 'input', name: 'operation', list: operations.id, placeholder: 'POST /api/v1/tasks', ...options });
    const status = h('select', { class: 'input', name: 'status' }, [['', 'Any'], ['error', 'With an error'], ['ok', 'Without errors']].map(([value, text]) => h('option', { value }, text)));
    const min = h('input', { class: 'input', name: 'min', placeholder: '120ms', inputmode: 'text', ...options });
    const max = h('input', { class: 'input', name: 'max', placeholder: '2s', ...options });
    const task = h('input', { class: 'input mono', name: 'task', placeholder: 'UUID', ...options });
    const tags = h('textarea', { class: 'input mono', name: 'tag', rows: 2, placeholder: 'http.response.status_code=500', ...options });
    const last = h('select', { class: 'input', name: 'last' }, lasts.map(([value, text]) => h('option', { value }, text)));
    const from = h('input', { class: 'input', type: 'datetime-local', step: 'any', 'aria-label': 'From' });
    const to = h('input', { class: 'input', type: 'datetime-local', step: 'any', 'aria-label': 'To' });
    const range = h('div', { class: 'stack', hidden: true }, from, to);
    const wrong = h('p', { class: 'form-error', role: 'alert', hidden: true });
    /** @type {{name: string, operations: {name: string, kind: string}[]}[]} */
    let known = [];

    const offer = () => {
        const found = known.filter((one) => !service.value || one.name === service.value).flatMap((one) => one.operations.map((each) => each.name));
        fill(operations, [...new Set(found)].sort().slice(0, 500).map((value) => h('option', { value })));
    };
    const names = (/** @type {string[]} */ list) => {
        const chosen = service.value || query.get('service') || '';
        fill(service, h('option', { value: '' }, 'Any service'), [...new Set([...list, ...(chosen ? [chosen] : [])])].sort().map((name) => h('option', { value: name }, name)));
        service.value = chosen;
    };
    askServices().then((answer) => {
        known = answer.items;
        names(known.map((one) => one.name));
        offer();
    }, () => { /* The list of traces says it. */ });

    /** @param {URLSearchParams} now */
    const take = (now) => {
        for (const field of [operation, status, min, max, task]) field.value = now.get(field.name) ?? '';
        query = now;
        service.value = '';
        names(known.map((one) => one.name));
        tags.value = now.getAll('tag').join('\n');
        last.value = now.get('from') || now.get('to') ? 'range' : spans[now.get('last') ?? ''] ? now.get('last') : '';
        [from.value, to.value] = [toLocal(now.get('from')), toLocal(now.get('to'))];
        range.hidden = last.value !== 'range';
    };

    /** What is wrong with it, and the field. @returns {[string, any] | null} */
    const fault = () => {
        for (const field of [min, max]) if (!isDuration(field.value.trim())) return ['A duration is a number with its unit, such as 120ms or 1.5s.', field];
        if (task.value.trim() && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(task.value.trim())) return ['A task id is a UUID: 8-4-4-4-12 hexadecimal digits.', task];
        const bad = tags.value.split('\n').find((/** @type {string} */ line) => line.trim() && !/^[^=]+=/.test(line.trim()));
        return bad ? [`A tag is written key=value, which “${bad.trim()}” is not.`, tags] : null;
    };

    const submit = (/** @type {Event} */ event) => {
        event.preventDefault();
        const problem = fault();
        for (const field of [min, max, task, tags]) field.toggleAttribute('aria-invalid', problem?.[1] === field);
        wrong.hidden = !problem;
        wrong.textContent = problem?.[0] ?? '';
        if (problem) return problem[1].focus();
        const next = new URLSearchParams();
        for (const field of [service, operation, status, min, max, task]) if (field.value.trim()) next.set(field.name, field.value.trim());
        for (const line of tags.value.split('\n')) if (line.trim()) next.append('tag', line.trim());
        if (last.value === 'range') {
            if (from.value) next.set('from', toInstant(from.value));
            if (to.value) next.set('to', toInstant(to.value));
        } else if (last.value) next.set('last', last.value);
        search(next);
    };

    service.addEventListener('change', offer);
    last.addEventListener('change', () => { range.hidden = last.value !== 'range'; });
    tags.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event); });

    const labelled = (/** @type {string} */ text, /** @type {any} */ field, /** @type {any[]} */ ...more) => h('label', { class: 'field' }, h('span', {}, text), field, more);
    const element = h('form', { class: 'search-form card', role: 'search', 'aria-label': 'Traces', onsubmit: submit },
        labelled('Service', service), labelled('Operation', operation, operations),
        labelled('Errors', status),
        h('div', { class: 'two' }, labelled('At least', min), labelled('At most', max)),
        labelled('Task', task), labelled('Tags, one a line', tags), labelled('Time', last), range, wrong,
        h('div', { class: 'row' }, h('button', { type: 'submit', class: 'button primary grow' }, 'Search'),
            h('button', { type: 'button', class: 'button', onclick: () => search(new URLSearchParams()) }, 'Clear')));
    take(query);
    return { element, take, focus: () => operation.focus() };
}
