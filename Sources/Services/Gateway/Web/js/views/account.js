// The end of an account: what goes, what can be taken along first, and two things to type, so that it is nobody's slip.

import { h } from '../lib/dom.js';
import { outcome } from '../data/tasks.js';
import { call } from '../net/http.js';
import { forgetAll } from '../net/outbox.js';
import { fresh, session, signOut } from '../net/session.js';
import { Action } from '../net/trace.js';
import { showDialog } from '../ui/dialog.js';
import { clearProblems, field, formError, showProblem } from '../ui/form.js';

/** What is typed to say that it is meant. */
const word = 'delete';

export function closing() {
    return h('div', { class: 'stack' },
        h('p', {}, 'Everything goes with the account, here and in every other browser: tasks, lists, templates, reminders, notifications and what you said to the assistant. It cannot be undone.'),
        h('div', { class: 'row' },
            h('button', { type: 'button', class: 'button', onclick: (/** @type {any} */ event) => void save(event.target) }, 'Export first'),
            h('button', { type: 'button', class: 'button danger', onclick: ask }, 'Delete my account')));
}

/** Everything as one file; it reads like any other download. @param {HTMLButtonElement} button */
async function save(button) {
    const action = new Action('session.export');
    button.disabled = true;
    try {
        const now = await fresh();
        const answer = await fetch('/api/v1/export', { headers: { Authorization: `Bearer ${now?.token}`, traceparent: action.traceparent } });
        if (!answer.ok) throw new Error('The export could not be made. Try again in a moment.');
        const address = URL.createObjectURL(await answer.blob());
        const link = h('a', { href: address });
        link.download = 'tasks.json';
        link.click();
        // The browser has taken it by then.
        setTimeout(() => URL.revokeObjectURL(address), 60_000);
        action.end();
        outcome.value = { text: 'Exported: keep tasks.json in a safe place', action };
    } catch (error) {
        action.end('error');
        outcome.value = { text: error instanceof TypeError ? 'There is no connection to the service.' : /** @type {any} */ (error).message, error };
    } finally {
        button.disabled = false;
    }
}

function ask() {
    const password = h('input', { class: 'input', type: 'password', autocomplete: 'current-password', required: true, maxlength: 128 });
    const typed = h('input', { class: 'input', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', required: true });
    const button = h('button', { type: 'submit', class: 'button danger', disabled: true }, 'Delete everything');
    const isMeant = () => typed.value.trim().toLowerCase() === word && password.value !== '';
    const form = h('form', {
        class: 'stack',
        oninput: () => { button.disabled = !isMeant(); },
        onsubmit: async (/** @type {Event} */ event) => {
            event.preventDefault();
            if (!isMeant()) return;
            button.disabled = true;
            if (await close(form, password.value)) shown.close();
            else button.disabled = !isMeant();
        },
    }, h('p', {}, 'The account ', h('strong', {}, session.value?.user.email), ' and everything in it will be gone for good.'),
    field('Password', password, { pointer: '/password' }), field(`Type “${word}” to confirm`, typed), formError(),
    h('div', { class: 'row end' }, h('button', { type: 'button', class: 'button', onclick: () => shown.close() }, 'Cancel'), button));
    const shown = showDialog({ title: 'Delete my account', content: form });
    password.focus();
}

/** @param {HTMLElement} form @param {string} password @returns {Promise<boolean>} whether it is closed */
async function close(form, password) {
    const action = new Action('session.close-account');
    clearProblems(form);
    try {
        await call('DELETE', '/account', { body: { password }, action });
    } catch (error) {
        action.end('error');
        showProblem(form, error);
        return false;
    }
    action.end();
    // What waited to be sent has nowhere to go.
    forgetAll();
    await signOut().catch(() => {});
    return true;
}
