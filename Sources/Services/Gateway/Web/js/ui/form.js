// Fields with labels, and problems shown where they are.

import { h, uniqueID } from '../lib/dom.js';
import { Problem } from '../net/http.js';

/**
 * A labelled control.
 * @param {string} label
 * @param {HTMLElement} control
 * @param {{pointer?: string, hint?: string}} [options] the JSON pointer whose problems are shown here
 */
export function field(label, control, { pointer, hint } = {}) {
    const id = uniqueID('field');
    control.id ||= id;
    const note = h('span', { class: 'field-error', id: `${id}-error`, hidden: true });
    const help = hint && h('span', { class: 'hint', id: `${id}-hint` }, hint);
    if (help) control.setAttribute('aria-describedby', help.id);
    return h('div', { class: 'field', dataset: pointer ? { pointer } : {} },
        h('label', { for: control.id }, label), control, help, note);
}

/** Shows a problem at its fields, and what has no field at the form's own place. @param {HTMLElement} form @param {any} problem */
export function showProblem(form, problem) {
    clearProblems(form);
    const fields = problem?.fields ?? problem?.errors ?? [];
    let rest = fields.length === 0 ? [problem?.message ?? problem?.detail ?? 'That did not work.'] : [];
    let first;
    for (const mistake of fields) {
        const place = [...form.querySelectorAll('[data-pointer]')]
            .find((box) => mistake.pointer.startsWith(/** @type {HTMLElement} */ (box).dataset.pointer ?? '-'));
        const note = place?.querySelector('.field-error');
        if (!(note instanceof HTMLElement)) {
            rest.push(`${mistake.pointer.slice(1)} ${mistake.detail}`);
            continue;
        }
        note.textContent = mistake.detail;
        note.hidden = false;
        const control = place?.querySelector('input, select, textarea');
        control?.setAttribute('aria-invalid', 'true');
        const others = control?.getAttribute('aria-describedby');
        control?.setAttribute('aria-describedby', [others, note.id].filter(Boolean).join(' '));
        first ??= control;
    }
    const place = form.querySelector('.form-error');
    if (place instanceof HTMLElement && rest.length > 0) {
        place.textContent = rest.join('. ');
        place.hidden = false;
    }
    if (first instanceof HTMLElement) first.focus();
}

/** @param {HTMLElement} form */
export function clearProblems(form) {
    for (const note of form.querySelectorAll('.field-error, .form-error')) /** @type {HTMLElement} */ (note).hidden = true;
    for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
}

export const formError = () => h('p', { class: 'form-error', role: 'alert', hidden: true });

/** @param {unknown} error */
export const isProblem = (error) => error instanceof Problem;

/**
 * @param {Record<string, string>} options value to text
 * @param {string} chosen
 * @param {(value: string) => void} change
 * @param {Record<string, any>} [props]
 */
export function select(options, chosen, change, props = {}) {
    const control = h('select', { class: 'input', ...props, onchange: () => change(control.value) },
        Object.entries(options).map(([value, text]) => h('option', { value, selected: value === chosen }, text)));
    return control;
}
