// What each address of a list asks for.

import { belongs } from '../data/view.js';
import { filters } from '../data/collections.js';
import { local } from '../lib/store.js';
import { dateOf, dayName, longDay, deadline, today } from '../lib/time.js';
import { zone } from '../data/settings.js';

/** @typedef {import('../data/tasks.js').TodoTask} TodoTask */
/** @typedef {{text: string, icon: string}} Empty */

/**
 * @typedef {object} ListPage
 * @property {string} title
 * @property {import('../data/view.js').Question} question
 * @property {boolean} [canSort]
 * @property {() => Record<string, any>} [given] what a task added here has: today is another day tomorrow
 * @property {boolean} [isOfTheMoment] whether tasks come into it by time alone
 * @property {(task: TodoTask) => string} [group]
 * @property {{title: string, text: string, icon: string}} empty
 * @property {boolean} [hidesList]
 * @property {boolean} [canAdd]
 */

/** @param {string} name */
const quoted = (name) => `"${name.replace(/[\\"]/g, '\\$&')}"`;

/** @param {TodoTask} task */
const dayOf = (task) => {
    if (!task.due) return 'Some day';
    const date = dateOf(task.due, zone());
    const name = dayName(date, today(zone()));
    return /^(To|Yes)/.test(name) ? `${name} · ${longDay(date)}` : date.slice(0, 4) === today(zone()).slice(0, 4) ? longDay(date) : `${longDay(date)} ${date.slice(0, 4)}`;
};

/** @type {Record<string, () => ListPage>} */
const smart = {
    today: () => ({
        title: 'Today', canAdd: true,
        question: { key: 'today', filter: 'open AND due <= today', sort: 'due,-priority', holds: belongs.today },
        given: () => ({ due: { kind: 'date', local: today(zone()) } }),
        group: (task) => (task.due && deadline(task.due, zone()) < Date.now() && dateOf(task.due, zone()) < today(zone()) ? 'Overdue' : `Today · ${longDay(today(zone()))}`),
        empty: { icon: 'today', title: 'Nothing left for today', text: 'What is due today appears here by itself. Add something with the line above, or press n.' },
    }),
    upcoming: () => ({
        title: 'Upcoming', canAdd: true,
        question: { key: 'upcoming', filter: 'open AND due > today', sort: 'due,-priority', holds: belongs.upcoming },
        group: dayOf,
        empty: { icon: 'upcoming', title: 'Nothing ahead', text: 'Give a task a day, such as “dentist next friday 10am”, and it shows up here.' },
    }),
    overdue: () => ({
        title: 'Overdue', isOfTheMoment: true,
        question: { key: 'overdue', filter: 'overdue', sort: 'due,-priority', holds: belongs.overdue },
        group: dayOf,
        empty: { icon: 'done', title: 'Nothing is overdue', text: 'All promises are kept so far.' },
    }),
    done: () => ({
        title: 'Done',
        question: { key: 'done', status: 'completed', sort: '-completed', holds: belongs.done },
        empty: { icon: 'done', title: 'Nothing done yet', text: 'Completed tasks are kept here, and can be opened again.' },
    }),
    trash: () => ({
        title: 'Trash',
        question: { key: 'trash', trash: true, sort: '-updated', holds: belongs.trash },
        empty: { icon: 'trash', title: 'The trash is empty', text: 'Deleted tasks stay here for a while before they are gone for good.' },
    }),
};

/** @param {TodoTask} task */
const isOpenTop = (task) => task.status === 'open' && !task.deletedAt && !task.parentId;

/** @param {import('../ui/router.js').Route} route @returns {ListPage | null} */
export function pageOf({ view, param, search }) {
    if (view in smart) return smart[view]();
    const filter = search.get('filter') ?? '';
    const key = `${view}/${param}`;
    const sort = search.get('sort') ?? local.get(`sort.${key}`, 'position');
    switch (view) {
        case 'all': return {
            title: filter ? 'Filtered' : 'All tasks', canSort: true, canAdd: true,
            question: filter ? { key: `all?${filter}`, filter, sort } : { key, filter: 'open AND parent = none', sort, holds: belongs.all },
            empty: filter ? { icon: 'filter', title: 'Nothing matches', text: 'No task is what the filter asks for.' }
                : { icon: 'all', title: 'A clean slate', text: 'Write the first task above. Dates, tags and priorities are understood as you type.' },
        };
        case 'list': return {
            title: param, canSort: true, canAdd: true, hidesList: true, given: () => ({ list: param }),
            question: { key, filter: `open AND parent = none AND list = ${quoted(param)}`, sort, holds: (task) => isOpenTop(task) && task.list === param },
            empty: { icon: 'list', title: 'This list is empty', text: 'Tasks added here belong to it. You can also drag tasks onto its name.' },
        };
        case 'tag': return {
            title: `#${param}`, canSort: true, canAdd: true, given: () => ({ tags: [param] }),
            question: { key, filter: `open AND tag = ${quoted(param)}`, sort, holds: (task) => task.status === 'open' && !task.deletedAt && task.tags.includes(param) },
            empty: { icon: 'tag', title: 'No open task has this tag', text: 'Write #tag in a new task to give it one.' },
        };
        case 'filter': {
            const saved = filters.value.find((one) => one.id === param);
            return {
                title: saved?.name ?? 'Filter', canSort: true,
                question: { key, savedID: param, sort: search.get('sort') ?? local.get(`sort.${key}`, saved?.sort ?? 'due') },
                empty: { icon: 'filter', title: 'Nothing matches', text: saved ? `No task is ${saved.filter}` : 'No task is what the filter asks for.' },
            };
        }
        case 'search': {
            const text = search.get('q') ?? '';
            return {
                title: `“${text}”`, question: { key: `search?${text}`, search: text, sort: '' },
                empty: { icon: 'search', title: 'Nothing found', text: 'Every word must be in the title, description, tags or list. One mistake in a longer word is forgiven.' },
            };
        }
        default: return null;
    }
}

export const sorts = {
    position: 'By hand', due: 'Due date', '-priority': 'Priority', title: 'Title', '-created': 'Newest first', '-updated': 'Last changed',
};
