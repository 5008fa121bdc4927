// Elements, made without markup: whatever a span says becomes text nodes and nothing else.

const svgSpace = 'http://www.w3.org/2000/svg';

/**
 * Makes an element.
 * @param {string} tag
 * @param {Record<string, any> | null} [props] `class`, `dataset`, `style` (an object), `onclick` …; others are attributes
 * @param {...any} children
 * @returns {any}
 */
export function h(tag, props, ...children) {
    return made(document.createElement(tag), props, children);
}

/**
 * Makes an element of a drawing.
 * @param {string} tag
 * @param {Record<string, any> | null} [props]
 * @param {...any} children
 * @returns {any}
 */
export function s(tag, props, ...children) {
    return made(document.createElementNS(svgSpace, tag), props, children);
}

/** @param {any} element @param {Record<string, any> | null | undefined} props @param {any[]} children */
function made(element, props, children) {
    for (const [name, value] of Object.entries(props ?? {})) setProp(element, name, value);
    append(element, children);
    return element;
}

/** @param {any} element @param {string} name @param {any} value */
function setProp(element, name, value) {
    if (value === undefined || value === null || value === false) return;
    if (name === 'class') element.setAttribute('class', value);
    else if (name === 'dataset') Object.assign(element.dataset, value);
    else if (name === 'style') for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked') element[name] = value;
    else element.setAttribute(name, value === true ? '' : String(value));
}

/** @param {Node} parent @param {any[]} children */
export function append(parent, children) {
    for (const child of children.flat(3)) {
        if (child === null || child === undefined || child === false) continue;
        parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
    }
}

/** Puts children in the place of what is there. @param {Element} parent @param {...any} children */
export function fill(parent, ...children) {
    const fragment = document.createDocumentFragment();
    append(fragment, children);
    parent.replaceChildren(fragment);
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
        && (['TEXTAREA', 'SELECT'].includes(target.tagName)
            || (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type)));
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
    return (/** @type {A} */ ...values) => {
        clearTimeout(timer);
        timer = setTimeout(() => work(...values), wait);
    };
}

/**
 * Calls in the next frame, however often it is asked to.
 * @param {() => void} work
 */
export function onceAFrame(work) {
    let frame = 0;
    const ask = () => {
        frame ||= requestAnimationFrame(() => {
            frame = 0;
            work();
        });
    };
    ask.cancel = () => cancelAnimationFrame(frame);
    return ask;
}

let lastID = 0;

/** An id that no other element of the page has. @param {string} prefix */
export const uniqueID = (prefix) => `${prefix}-${++lastID}`;
