// Elements, made without markup: what people wrote becomes text nodes and nothing else.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Makes an element.
 * @param {string} tag
 * @param {Record<string, any>} [props] `class`, `dataset`, `onclick` …; other names are attributes
 * @param {...(Child | Child[])} children
 * @returns {any}
 */
export function h(tag, props = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(props ?? {})) setProp(element, name, value);
    append(element, children);
    return element;
}

/** @param {HTMLElement} element @param {string} name @param {any} value */
function setProp(element, name, value) {
    if (value === undefined || value === null || value === false) return;
    if (name === 'class') element.className = value;
    else if (name === 'dataset') Object.assign(element.dataset, value);
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked' || name === 'indeterminate') element[name] = value;
    else element.setAttribute(name, value === true ? '' : String(value));
}

/** @param {Node} parent @param {any[]} children */
export function append(parent, children) {
    for (const child of children.flat(2)) {
        if (child === null || child === undefined || child === false) continue;
        parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
    }
}

/** Puts children in the place of what is there. @param {Element} parent @param {...any} children */
export function fill(parent, ...children) {
    const made = document.createDocumentFragment();
    append(made, children);
    parent.replaceChildren(made);
}

/** Tells people who listen to the page. @param {string} text */
export function announce(text) {
    const place = document.getElementById('announcer');
    if (!place) return;
    place.textContent = '';
    requestAnimationFrame(() => { place.textContent = text; });
}

/** Whether keys belong to a field. @param {EventTarget | null} target */
export function isTyping(target) {
    return target instanceof HTMLElement
        && (target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName)
            || (target instanceof HTMLInputElement
                && !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type)));
}

/**
 * Calls once, so long after the last call.
 * @template {any[]} A
 * @param {(...values: A) => void} work
 * @param {number} wait
 */
export function debounced(work, wait) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const run = (/** @type {A} */ ...values) => {
        clearTimeout(timer);
        timer = setTimeout(() => work(...values), wait);
    };
    run.cancel = () => clearTimeout(timer);
    return run;
}

let lastID = 0;

/** An id that no other element of the page has. @param {string} prefix */
export const uniqueID = (prefix) => `${prefix}-${++lastID}`;
