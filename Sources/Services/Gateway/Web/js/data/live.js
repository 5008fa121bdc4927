// What the stream tells, brought to what is on screen.

import { lists, loadCollections, loadFilters, loadLists, loadTags, loadTemplates, tags, templates } from './collections.js';
import { Store } from '../lib/store.js';
import { isQuietNow, isTold } from './telling.js';
import { debounced } from '../lib/dom.js';
import { drop, fetchTask, known, onTask } from './known.js';
import { online } from '../net/http.js';
import { session } from '../net/session.js';
import { connection, onMessage } from '../net/stream.js';

/** @typedef {{id: string, title: string, text?: string, taskID?: string, at: number, isRead: boolean, isTest?: boolean, isQuiet?: boolean}} Notice */

/** @type {Store<Notice[]>} */
export const notices = new Store(/** @type {Notice[]} */ ([]));

/** Called when everything is to be read anew. @type {Set<() => void>} */
const resets = new Set();

/** @param {() => void} work @returns {() => void} */
export function onReset(work) {
    resets.add(work);
    return () => resets.delete(work);
}

/** Called when the service answers again. @param {() => void} work @returns {() => void} */
export function onBack(work) {
    let isBegun = false;
    const ends = [online, connection].map((store) => /** @type {any} */ (store).watch((/** @type {unknown} */ now) => {
        if (isBegun && (now === true || now === 'live')) work();
    }));
    isBegun = true;
    return () => ends.forEach((end) => end());
}

const readTags = debounced(() => void loadTags().catch(() => {}), 1500);
const readLists = debounced(() => void loadLists().catch(() => {}), 300);

/** @type {Map<string, number>} */
let wanted = new Map();
const readTasks = debounced(() => {
    const now = wanted;
    wanted = new Map();
    if (now.size > 25) return reset();
    for (const [id, version] of now) if ((known.get(id)?.version ?? 0) < version) void read(id, version);
}, 120);

/** The stream tells it once, so what cannot be read now is read later. @param {string} id @param {number} version */
async function read(id, version) {
    if (await fetchTask(id) !== undefined || !session.value) return;
    wanted.set(id, Math.max(version, wanted.get(id) ?? 0));
    setTimeout(readTasks, 2000);
}

function reset() {
    void loadCollections();
    if (templates.value) void loadTemplates().catch(() => {});
    for (const work of [...resets]) work();
}

/** News for one person are none for the next. */
export function forgetNews() {
    wanted.clear();
    notices.value = [];
}

/** @param {any} data */
function changed(data) {
    const [entity, id] = [data.entity, data.entityID ?? data.id];
    if (entity === 'task') {
        if (String(data.type).includes('purged')) drop(id);
        else if ((known.get(id)?.version ?? 0) < data.version) {
            wanted.set(id, data.version);
            readTasks();
        }
        readTags();
    } else if (entity === 'list') readLists();
    else if (entity === 'template' && templates.value) void loadTemplates().catch(() => {});
    else if (entity === 'filter') void loadFilters().catch(() => {});
}

/** @param {any} data */
function notified(data) {
    const id = data.notificationID ?? data.id ?? String(Date.now());
    if (!isTold() || notices.value.some((notice) => notice.id === id)) return;
    const values = data.values ?? {};
    const isTest = data.template === 'test';
    notices.value = [{
        id, isTest, isQuiet: !isTest && isQuietNow(), taskID: data.taskID, at: Date.now(), isRead: false,
        title: data.title ?? values.title ?? (isTest ? 'A test notification' : 'Reminder'), text: data.text ?? values.text ?? values.due,
    }, ...notices.value].slice(0, 100);
}

/** A parent shows how far its parts are, which no change of its own tells. */
function watchParts() {
    const readParents = debounced(() => {
        for (const id of parents) if (known.has(id)) void fetchTask(id);
        parents.clear();
    }, 200);
    /** @type {Set<string>} */
    const parents = new Set();
    onTask(({ task }) => {
        if (!task?.parentId || task.version === 0) return;
        parents.add(task.parentId);
        readParents();
    });
}

/** A task that names a new list makes it, without an event of its own. */
function watchLists() {
    onTask(({ task }) => {
        if (task?.tags.some((name) => !tags.value.some((tag) => tag.name === name))) readTags();
        if (task?.list && !task.isWaiting && !lists.value.some((list) => list.name === task.list)) readLists();
    });
}

export function listen() {
    watchParts();
    watchLists();
    onMessage(({ type, data }) => {
        if (type === 'change') changed(data);
        else if (type === 'notification') notified(data);
        else if (type === 'reset') reset();
    });
}
