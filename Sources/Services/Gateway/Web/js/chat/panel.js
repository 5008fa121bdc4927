// The assistant beside the tasks: what is said, what it does meanwhile, and what it asks before it does more.

import { announce, fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { showTrace } from '../ui/trace.js';
import { say } from './talk.js';

/** @param {string} instant */
const timeOfDay = (instant) => new Date(instant).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });

/** @type {string | undefined} */
let conversation;
/** @type {HTMLElement | undefined} */
let kept;

const suggestions = ['What is due this week?', 'Add “water the plants” every monday', 'Complete everything tagged #errands'];

/** Opens it, or puts it away; what was said stays. @param {HTMLElement} place */
export function toggleChat(place) {
    if (place.childElementCount > 0) return place.replaceChildren();
    kept ??= build(place);
    place.append(kept);
    kept.querySelector('textarea')?.focus();
}

/** What one person said is not shown to the next. */
export function forgetChat() {
    conversation = undefined;
    kept = undefined;
}

/** @param {HTMLElement} place */
function build(place) {
    const log = h('div', { class: 'chat-log', role: 'log', 'aria-label': 'Conversation', tabindex: 0 });
    const input = h('textarea', { class: 'input chat-input', rows: 1, 'aria-label': 'Message to the assistant', placeholder: 'Ask or tell…', maxlength: 4000 });
    const button = h('button', { type: 'submit', class: 'button primary' }, 'Send');
    const starters = h('div', { class: 'chat-start' }, h('p', { class: 'hint' }, 'Ask in plain words. Before it deletes or changes much, it asks you.'),
        suggestions.map((text) => h('button', { type: 'button', class: 'chip-button', onclick: () => { input.value = text; form.requestSubmit(); } }, text)));
    log.append(starters);
    /** @param {any} request @param {string} [shown] */
    const turn = async (request, shown) => {
        starters.remove();
        if (shown) log.append(h('div', { class: 'chat-said you' }, shown));
        const answer = new Answer(log, (id, accept) => void turn({ confirm: { id, accept } }));
        button.disabled = true;
        try {
            conversation = await say({ ...request, ...(conversation ? { conversationId: conversation } : {}) }, answer) ?? conversation;
        } catch (error) {
            if (/** @type {any} */ (error).isGone) conversation = undefined;
            answer.error(/** @type {any} */ (error).message);
        }
        button.disabled = false;
        input.focus();
    };
    const form = h('form', {
        class: 'chat-form', onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            const message = input.value.trim();
            if (!message || button.disabled) return;
            input.value = '';
            void turn({ message }, message);
        },
    }, input, button);
    input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        form.requestSubmit();
    });
    const fresh = h('button', { type: 'button', class: 'button quiet small', onclick: () => { conversation = undefined; delete log.dataset.notice; log.replaceChildren(starters); input.focus(); } }, 'New');
    const element = h('aside', { class: 'panel chat', 'aria-label': 'Assistant' },
        h('div', { class: 'panel-head' }, h('h2', {}, 'Assistant'), h('span', { class: 'grow' }), fresh, h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close the assistant', onclick: () => place.replaceChildren() }, icon('close'))),
        log, form);
    element.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        place.replaceChildren();
    });
    return element;
}

/** One answer while it comes. */
class Answer {
    #text = '';

    /** @param {HTMLElement} log @param {(id: string, accept: boolean) => void} decide */
    constructor(log, decide) {
        this.log = log;
        this.decide = decide;
        this.reply = h('p', { class: 'chat-text' });
        this.tools = h('ul', { class: 'chat-tools' });
        this.after = h('div', { class: 'stack' });
        this.element = h('div', { class: 'chat-said', 'aria-busy': 'true' }, this.tools, this.reply, this.after);
        log.append(this.element);
        this.#follow();
    }

    #follow() {
        this.log.scrollTop = this.log.scrollHeight;
    }

    /** @param {string} part */
    text(part) {
        this.#text += part;
        this.reply.textContent = this.#text;
        this.#follow();
    }

    /** @param {{name: string, status: string, reason?: string}} call */
    tool(call) {
        const names = { done: 'check', failed: 'close', waiting: 'overdue' };
        this.tools.append(h('li', { class: `chat-tool ${call.status}` }, icon(names[/** @type {'done'} */ (call.status)] ?? 'more', 'icon tiny'), call.name.replaceAll('_', ' '), call.reason && h('span', { class: 'muted' }, ` · ${call.reason}`)));
        this.#follow();
    }

    /** @param {any} answer */
    done(answer) {
        this.element.setAttribute('aria-busy', 'false');
        // What the card asks need not be said above it as well.
        this.reply.textContent = answer.confirmation ? answer.reply.replace(answer.confirmation.summary, '').trim() : answer.reply;
        if (this.tools.childElementCount === 0) for (const call of answer.toolCalls ?? []) this.tool(call);
        announce(answer.reply);
        // The same notice under every answer would be read by nobody.
        const isNews = answer.notice !== this.log.dataset.notice;
        this.log.dataset.notice = answer.notice ?? '';
        fill(this.after, answer.notice && isNews && h('p', { class: 'hint' }, answer.notice), answer.confirmation && this.#question(answer.confirmation),
            h('div', { class: 'row muted chat-foot' }, h('span', {}, answer.external ? `${answer.model} · outside` : answer.model), answer.traceId && h('button', { type: 'button', class: 'link-button', onclick: () => showTrace(answer.traceId) }, icon('trace'), 'Show trace')));
        this.#follow();
    }

    /** @param {any} question */
    #question(question) {
        const card = h('div', { class: 'confirm-card', role: 'group', 'aria-label': 'The assistant asks' }, h('strong', {}, 'May I do this?'), h('p', {}, question.summary), h('p', { class: 'hint' }, `Waits until ${timeOfDay(question.expiresAt)}.`));
        const answer = (/** @type {boolean} */ accept) => {
            for (const button of card.querySelectorAll('button')) button.disabled = true;
            card.classList.add(accept ? 'accepted' : 'declined');
            this.decide(question.id, accept);
        };
        card.append(h('div', { class: 'row' }, h('button', { type: 'button', class: 'button danger', onclick: () => answer(true) }, 'Yes, do it'), h('button', { type: 'button', class: 'button', onclick: () => answer(false) }, 'No')));
        return card;
    }

    /** @param {string} text */
    error(text) {
        this.element.setAttribute('aria-busy', 'false');
        fill(this.after, h('p', { class: 'form-error', role: 'alert' }, text));
        this.#follow();
    }
}
