// A text of a task while somebody writes it. What nobody touched here follows the news. What is being written is kept until
// it is saved, and is never put over what others wrote meanwhile without a word.

import { debounced, fill, h } from '../lib/dom.js';
import { known } from '../data/known.js';
import { isConflict } from '../data/tasks.js';
import { changeText } from '../data/texts.js';

/** @typedef {import('../data/known.js').TodoTask} TodoTask */

/**
 * @typedef {object} Options
 * @property {(text: string) => string} [tidy]
 * @property {boolean} [mustBe] whether there is no task without it
 * @property {number} [pause] after which it is saved while somebody writes on
 * @property {boolean} [isQuiet]
 * @property {string} [done]
 */

export class Writing {
    /** What it is about when it cannot be saved. */
    note = h('div', { class: 'unsaved', role: 'alert', hidden: true });
    /** The task that was there when the writing began. @type {TodoTask | undefined} */
    #base;
    /** The text that is no change. */
    #clean = '';
    #isSaving = false;
    #mustSaveAgain = false;
    #isTorn = false;
    #later;

    /** @param {HTMLTextAreaElement} field @param {'title' | 'description'} name @param {Options} options */
    constructor(field, name, options) {
        this.field = field;
        this.name = name;
        this.options = options;
        this.#later = debounced(() => void this.save(), options.pause ?? 0);
        if (options.pause) field.addEventListener('input', () => this.#later());
        field.addEventListener('change', () => void this.save());
    }

    get isChanged() {
        return this.field.value !== this.#clean;
    }

    /** @param {TodoTask} task */
    #textOf(task) {
        return task[this.name] ?? '';
    }

    /** News of the task. @param {TodoTask} task */
    show(task) {
        if (this.#isSaving || this.#isTorn || this.isChanged) return;
        const isNews = !this.#base || this.#textOf(task) !== this.#textOf(this.#base);
        this.#base = task;
        if (isNews || document.activeElement !== this.field) this.#become(this.#textOf(task));
    }

    /** @param {string} text */
    #become(text) {
        const { selectionStart, selectionEnd } = this.field;
        if (this.field.value !== text) {
            this.field.value = text;
            if (document.activeElement === this.field) this.field.setSelectionRange(selectionStart, selectionEnd);
        }
        this.#clean = this.field.value;
    }

    /** Back to what was there. */
    reset() {
        if (this.#isTorn) return this.#takeTheirs();
        this.#later.cancel();
        this.#say(null);
        this.field.value = this.#clean;
        if (this.#base) this.show(known.get(this.#base.id) ?? this.#base);
    }

    /** One saving follows the other: what is saved is the base of what comes next. */
    async save() {
        this.#later.cancel();
        const base = this.#base;
        if (this.#isSaving) this.#mustSaveAgain = true;
        if (!base || this.#isSaving || this.#isTorn || !this.isChanged) return;
        const typed = this.field.value;
        const text = this.options.tidy?.(typed) ?? typed;
        if (text === this.#textOf(base) || (!text && this.options.mustBe)) return this.reset();
        this.#isSaving = true;
        try {
            const { isQuiet, done } = this.options;
            const answer = await changeText(base, { [this.name]: text || null }, { isQuiet, done });
            this.#base = answer?.version ? answer : { ...known.get(base.id) ?? base, [this.name]: text };
            this.#clean = typed;
            this.#say(null);
        } catch (error) {
            this.#refused(error);
        }
        this.#isSaving = false;
        if (this.#mustSaveAgain) {
            this.#mustSaveAgain = false;
            return this.save();
        }
        this.show(known.get(base.id) ?? base);
    }

    /** @param {any} error */
    #refused(error) {
        if (!isConflict(error)) {
            return this.#say(`Not saved. ${error?.message ?? ''}`, ['Try again', () => void this.save()], ['Discard', () => this.reset()]);
        }
        this.#isTorn = true;
        const theirs = this.#textOf(this.#latest());
        this.#say(`Not saved: somebody wrote ${theirs ? `“${theirs.length > 140 ? `${theirs.slice(0, 140)}…` : theirs}”` : 'nothing'} here meanwhile.`,
            ['Keep mine', () => this.#keepMine()], ['Take theirs', () => this.#takeTheirs()]);
    }

    /** @returns {TodoTask} */
    #latest() {
        const base = /** @type {TodoTask} */ (this.#base);
        return known.get(base.id) ?? base;
    }

    #keepMine() {
        this.#base = this.#latest();
        this.#isTorn = false;
        this.field.focus();
        void this.save();
    }

    #takeTheirs() {
        this.#base = this.#latest();
        this.#isTorn = false;
        this.#say(null);
        this.#become(this.#textOf(this.#base));
        this.field.focus();
    }

    /** @param {string | null} text @param {...[string, () => void]} ways */
    #say(text, ...ways) {
        this.field.classList.toggle('unsaved-text', text !== null);
        this.note.hidden = text === null;
        fill(this.note, text && h('p', {}, text), ways.map(([name, run]) => h('button', { type: 'button', class: 'button small', onclick: run }, name)));
    }

    /** Whoever looks at something else now has said what there was to say. */
    leave() {
        void this.save();
    }

    close() {
        this.#later.cancel();
    }
}
