// Templates: tasks that are made again and again.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { loadTemplates, templates } from '../data/collections.js';
import { perform } from '../data/tasks.js';
import { call, query } from '../net/http.js';
import { confirmDialog, promptDialog, showDialog } from '../ui/dialog.js';
import { field, formError, showProblem } from '../ui/form.js';
import { emptyState, failure } from '../list/listpage.js';
import { openTask } from '../ui/router.js';

/** @param {any} task @returns {number} */
const countOf = (task) => 1 + (task.subtasks ?? []).reduce((/** @type {number} */ sum, /** @type {any} */ part) => sum + countOf(part), 0);

/** @param {import('../data/tasks.js').TodoTask} task */
export async function saveAsTemplate(task) {
    const name = await promptDialog({ title: 'Save as a template', label: 'Name', value: task.title, yes: 'Save', hint: 'Title, notes, priority, tags, list and open subtasks are kept; dates are given when it is used.' });
    if (!name) return;
    const { data } = await call('GET', `/tasks${query({ filter: `parent = ${task.id}`, sort: 'position', limit: 99 })}`);
    /** @param {any} one */
    const plain = (one) => ({ title: one.title, priority: one.priority, tags: one.tags, ...(one.description ? { description: one.description } : {}) });
    const body = { name, task: { ...plain(task), ...(task.list ? { list: task.list } : {}), subtasks: data.items.map(plain) } };
    await perform({ name: 'template.save', done: 'Template saved', method: 'POST', path: '/templates', body, mustAnswer: true });
    if (templates.value) await loadTemplates();
}

export class TemplatesView {
    #end;

    constructor() {
        this.body = h('div', { class: 'cards' });
        this.element = h('section', { class: 'list-page', 'aria-label': 'Templates' },
            h('header', { class: 'list-head' }, h('h1', {}, 'Templates'), h('span', { class: 'grow' }), h('button', { type: 'button', class: 'button primary', onclick: () => this.#edit(null) }, icon('plus'), 'New template')),
            h('div', { class: 'scroller' }, this.body));
        this.#end = templates.watch((all) => this.#show(all));
        loadTemplates().catch((error) => { if (!templates.value) fill(this.body, failure(error, () => void loadTemplates())); });
    }

    close() {
        this.#end();
    }

    /** @param {any[] | undefined} all */
    #show(all) {
        if (!all) return fill(this.body, h('div', { class: 'skeleton' }, h('div', { class: 'skeleton-row' }, h('i'), h('b'))));
        if (all.length === 0) return fill(this.body, emptyState({ icon: 'template', title: 'No templates yet', text: 'Pack a suitcase, close the month, welcome a colleague: what you do again and again can be made from a template.' }));
        fill(this.body, all.map((template) => h('article', { class: 'card' }, h('h2', {}, template.name),
            h('p', { class: 'muted clip' }, template.task.title !== template.name && template.task.title),
            h('ul', { class: 'card-list' }, (template.task.subtasks ?? []).slice(0, 4).map((/** @type {any} */ part) => h('li', {}, part.title)), countOf(template.task) > 5 && h('li', { class: 'muted' }, `${countOf(template.task)} tasks in all`)),
            h('div', { class: 'row' }, h('button', { type: 'button', class: 'button primary small', 'aria-label': `Use ${template.name}`, onclick: () => this.#use(template) }, 'Use'),
                h('button', { type: 'button', class: 'button small', 'aria-label': `Edit ${template.name}`, onclick: () => this.#edit(template) }, 'Edit'), h('span', { class: 'grow' }),
                h('button', { type: 'button', class: 'icon-button', 'aria-label': `Delete ${template.name}`, onclick: () => void this.#delete(template) }, icon('trash'))))));
    }

    /** @param {any} template */
    #use(template) {
        const title = h('input', { class: 'input', value: template.task.title, maxlength: 500, required: true });
        const due = h('input', { class: 'input', type: 'date' });
        const form = h('form', {
            class: 'stack', onsubmit: async (/** @type {Event} */ event) => {
                event.preventDefault();
                try {
                    const body = { title: title.value.trim(), ...(due.value ? { due: { kind: 'date', local: due.value } } : {}) };
                    const made = await perform({ name: 'template.use', done: 'Made from the template', method: 'POST', path: `/templates/${template.id}/instantiate`, body, mustAnswer: true });
                    shown.close();
                    const id = made?.id ?? made?.task?.id ?? made?.items?.[0]?.id;
                    if (id) openTask(id);
                } catch (error) {
                    showProblem(form, error);
                }
            },
        }, field('Title', title, { pointer: '/title' }), field('Due (optional)', due, { pointer: '/due' }), formError(), h('div', { class: 'row end' }, h('button', { type: 'submit', class: 'button primary' }, 'Make the tasks')));
        const shown = showDialog({ title: template.name, content: form });
    }

    /** @param {any} template */
    #edit(template) {
        const old = template?.task ?? { title: '', priority: 'none', tags: [], subtasks: [] };
        const name = h('input', { class: 'input', value: template?.name ?? '', maxlength: 64, required: true });
        const title = h('input', { class: 'input', value: old.title, maxlength: 500, required: true });
        const parts = h('textarea', { class: 'input', rows: 6 });
        parts.value = (old.subtasks ?? []).map((/** @type {any} */ part) => part.title).join('\n');
        const form = h('form', {
            class: 'stack', onsubmit: async (/** @type {Event} */ event) => {
                event.preventDefault();
                const before = new Map((old.subtasks ?? []).map((/** @type {any} */ part) => [part.title, part]));
                const lines = parts.value.split('\n').map((/** @type {string} */ line) => line.trim()).filter(Boolean);
                const task = { ...old, title: title.value.trim(), subtasks: lines.map((/** @type {string} */ line) => before.get(line) ?? { title: line }) };
                try {
                    await perform({ name: 'template.save', done: 'Template saved', method: template ? 'PATCH' : 'POST', path: template ? `/templates/${template.id}` : '/templates', body: { name: name.value.trim(), task }, mustAnswer: true });
                    shown.close();
                    await loadTemplates();
                } catch (error) {
                    showProblem(form, error);
                }
            },
        }, field('Name', name, { pointer: '/name' }), field('Title of the task', title, { pointer: '/task/title' }), field('Subtasks, one a line', parts, { pointer: '/task/subtasks' }), formError(), h('div', { class: 'row end' }, h('button', { type: 'submit', class: 'button primary' }, 'Save')));
        const shown = showDialog({ title: template ? 'Edit the template' : 'New template', content: form });
        name.focus();
    }

    /** @param {any} template */
    async #delete(template) {
        if (!await confirmDialog({ title: 'Delete the template?', text: `Tasks made from “${template.name}” stay.`, yes: 'Delete' })) return;
        await perform({ name: 'template.delete', done: 'Template deleted', method: 'DELETE', path: `/templates/${template.id}`, mustAnswer: true });
        await loadTemplates();
    }
}
