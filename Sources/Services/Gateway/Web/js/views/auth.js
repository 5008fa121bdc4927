// Sign-up and sign-in.

import { h } from '../lib/dom.js';
import { mark } from '../lib/icons.js';
import { browserZone } from '../lib/time.js';
import { signIn } from '../net/session.js';
import { clearProblems, field, formError, showProblem } from '../ui/form.js';

/** @param {'sign-in' | 'sign-up'} [first] */
export function authView(first = 'sign-in') {
    const place = h('main', { class: 'auth' });
    show(place, first);
    return place;
}

/** @param {HTMLElement} place @param {'sign-in' | 'sign-up'} act */
function show(place, act) {
    const isNew = act === 'sign-up';
    const name = h('input', { class: 'input', autocomplete: 'name', maxlength: 100 });
    const email = h('input', { class: 'input', type: 'email', autocomplete: 'username', required: true, inputmode: 'email' });
    const password = h('input', { class: 'input', type: 'password', autocomplete: isNew ? 'new-password' : 'current-password', required: true, minlength: isNew ? 8 : undefined, maxlength: 128 });
    const button = h('button', { type: 'submit', class: 'button primary block' }, isNew ? 'Create the account' : 'Sign in');
    const form = h('form', {
        class: 'stack', novalidate: false, onsubmit: async (/** @type {Event} */ event) => {
            event.preventDefault();
            clearProblems(form);
            button.disabled = true;
            const credentials = { email: email.value.trim(), password: password.value, ...(isNew ? { timeZone: browserZone, ...(name.value.trim() ? { name: name.value.trim() } : {}) } : {}) };
            const problem = await signIn(act, credentials);
            button.disabled = false;
            if (problem) showProblem(form, problem);
        },
    }, isNew && field('Name (optional)', name, { pointer: '/name' }), field('E-mail', email, { pointer: '/email' }),
    field('Password', password, { pointer: '/password', hint: isNew ? 'At least 8 characters; a few words are best.' : undefined }), formError(), button);
    place.replaceChildren(
        h('div', { class: 'auth-side', 'aria-hidden': 'true' }, h('div', { class: 'waterfall' }, Array.from({ length: 9 }, () => h('i')))),
        h('div', { class: 'auth-card' }, h('div', { class: 'brand large' }, mark(), h('span', {}, 'Todo')),
            h('h1', {}, isNew ? 'Begin' : 'Welcome back'),
            h('p', { class: 'hint' }, isNew ? 'Tasks, live on every device, and the trace of everything that happens to them.' : 'Your tasks are where you left them.'),
            form,
            h('p', { class: 'switch' }, isNew ? 'You have an account? ' : 'New here? ', h('button', { type: 'button', class: 'link-button', onclick: () => show(place, isNew ? 'sign-in' : 'sign-up') }, isNew ? 'Sign in' : 'Create an account'))));
    // Once it is on the page.
    queueMicrotask(() => (isNew ? name : email).focus());
}
