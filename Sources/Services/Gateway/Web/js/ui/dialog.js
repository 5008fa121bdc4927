// Dialogs and popovers, on the elements that browsers have for them: focus stays inside, Escape closes, focus returns.

import { h, uniqueID } from '../lib/dom.js';
import { icon } from '../lib/icons.js';

/**
 * A dialog in the middle.
 * @param {{title: string, content: any, className?: string, hasNoTitle?: boolean}} options
 * @returns {{element: HTMLDialogElement, close: () => void}}
 */
export function showDialog({ title, content, className = '', hasNoTitle = false }) {
    const id = uniqueID('title');
    const element = /** @type {HTMLDialogElement} */ (h('dialog', {
        class: `dialog ${className}`, 'aria-labelledby': hasNoTitle ? undefined : id, 'aria-label': hasNoTitle ? title : undefined,
    }));
    const close = () => element.close();
    const before = document.activeElement;
    if (!hasNoTitle) {
        element.append(h('header', { class: 'dialog-head' }, h('h2', { id }, title),
            h('button', { class: 'icon-button', 'aria-label': 'Close', type: 'button', onclick: close }, icon('close'))));
    }
    element.append(h('div', { class: 'dialog-body' }, content));
    element.addEventListener('click', (event) => { if (event.target === element) close(); });
    element.addEventListener('close', () => {
        element.remove();
        if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
    document.body.append(element);
    element.showModal();
    return { element, close };
}

/**
 * Asks before something that cannot be undone.
 * @param {{title: string, text: string, yes: string}} question
 * @returns {Promise<boolean>}
 */
export function confirmDialog({ title, text, yes }) {
    return new Promise((resolve) => {
        let answer = false;
        const shown = showDialog({
            title,
            content: h('form', {
                class: 'stack', onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); answer = true; shown.close(); },
            }, h('p', {}, text), h('div', { class: 'row end' },
                h('button', { type: 'button', class: 'button', onclick: () => shown.close() }, 'Cancel'),
                h('button', { type: 'submit', class: 'button danger' }, yes))),
        });
        shown.element.addEventListener('close', () => resolve(answer));
    });
}

/**
 * Asks for one line.
 * @param {{title: string, label: string, value?: string, yes: string, hint?: string, most?: number}} question `most` characters
 * @returns {Promise<string | null>}
 */
export function promptDialog({ title, label, value = '', yes, hint, most = 200 }) {
    return new Promise((resolve) => {
        /** @type {string | null} */
        let answer = null;
        const input = h('input', { class: 'input', value, required: true, maxlength: most, autocomplete: 'off' });
        const shown = showDialog({
            title,
            content: h('form', {
                class: 'stack', onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); answer = input.value.trim(); shown.close(); },
            }, h('label', { class: 'field' }, h('span', {}, label), input), hint && h('p', { class: 'hint' }, hint),
            h('div', { class: 'row end' }, h('button', { type: 'button', class: 'button', onclick: () => shown.close() }, 'Cancel'),
                h('button', { type: 'submit', class: 'button primary' }, yes))),
        });
        input.select();
        shown.element.addEventListener('close', () => resolve(answer || null));
    });
}

/**
 * A small panel beside a button.
 * @param {HTMLElement} anchor
 * @param {any} content
 * @param {{label: string, className?: string, onclose?: () => void, focus?: boolean}} options
 * @returns {{element: HTMLElement, close: () => void}}
 */
export function showPopover(anchor, content, { label, className = '', onclose, focus = true }) {
    const element = h('div', { class: `popover ${className}`, popover: 'auto', role: 'dialog', 'aria-label': label }, content);
    // Inside an open dialog, what lies outside of it cannot be used; a popover closes for one that is not inside of it.
    (anchor.closest('dialog, [popover]') ?? anchor.closest('main, aside, nav, header') ?? document.body).append(element);
    element.showPopover();
    const narrow = matchMedia('(max-width: 560px)').matches;
    if (!narrow) place(element, anchor);
    element.classList.toggle('sheet', narrow);
    anchor.setAttribute('aria-expanded', 'true');
    element.addEventListener('toggle', (/** @type {any} */ event) => {
        if (event.newState !== 'closed') return;
        const hadFocus = element.contains(document.activeElement) || document.activeElement === document.body;
        element.remove();
        anchor.setAttribute('aria-expanded', 'false');
        if (hadFocus && anchor.isConnected) anchor.focus();
        onclose?.();
    });
    if (focus) (element.querySelector('[autofocus], input, button, select, textarea'))?.focus();
    return { element, close: () => { if (element.isConnected) element.hidePopover(); } };
}

/** @param {HTMLElement} element @param {HTMLElement} anchor */
function place(element, anchor) {
    const [at, own] = [anchor.getBoundingClientRect(), element.getBoundingClientRect()];
    const below = at.bottom + 6 + own.height <= innerHeight - 8;
    // What grows while it is used, such as the preview of a rule, has room to.
    const height = element.classList.contains('tall') ? Math.max(own.height, 640) : own.height;
    const wanted = below ? at.bottom + 6 : Math.max(8, at.top - own.height - 6);
    const top = Math.min(wanted, Math.max(8, innerHeight - height - 8));
    element.style.top = `${top}px`;
    element.style.maxHeight = `${innerHeight - top - 8}px`;
    element.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`;
}

/**
 * A menu.
 * @param {HTMLElement} anchor
 * @param {({text: string, icon?: string, danger?: boolean, checked?: boolean, hint?: string, run: () => void} | null | false | undefined)[]} items
 * @param {string} label
 */
export function showMenu(anchor, items, label) {
    const buttons = items.filter(Boolean).map((item) => {
        const { text, icon: name, danger, checked, hint, run } = /** @type {any} */ (item);
        return h('button', {
            type: 'button', class: `menu-item${danger ? ' danger' : ''}`, role: checked === undefined ? 'menuitem' : 'menuitemradio',
            'aria-checked': checked === undefined ? undefined : String(checked), tabindex: -1,
            onclick: () => { shown.close(); run(); },
        }, name ? icon(name) : checked ? icon('check') : h('span', { class: 'icon' }), h('span', { class: 'grow' }, text), hint && h('kbd', {}, hint));
    });
    const menu = h('div', { role: 'menu', 'aria-label': label, class: 'menu' }, buttons);
    const shown = showPopover(anchor, menu, { label, className: 'has-menu', focus: false });
    // The menu itself is what is announced.
    shown.element.removeAttribute('role');
    shown.element.removeAttribute('aria-label');
    buttons[0]?.focus();
    menu.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        const steps = { ArrowDown: 1, ArrowUp: -1 };
        const at = buttons.indexOf(/** @type {any} */ (document.activeElement));
        if (event.key in steps) buttons[(at + steps[/** @type {'ArrowDown'} */ (event.key)] + buttons.length) % buttons.length].focus();
        else if (event.key === 'Home') buttons[0].focus();
        else if (event.key === 'End') buttons[buttons.length - 1].focus();
        else if (event.key === 'Tab') shown.close();
        else return;
        event.preventDefault();
        event.stopPropagation();
    });
}
