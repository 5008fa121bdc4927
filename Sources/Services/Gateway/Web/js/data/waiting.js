// What people do while nothing can be sent: it is seen at once, as waiting, and becomes what the service makes of it.

import * as outbox from '../net/outbox.js';
import { Problem, online } from '../net/http.js';
import { drop, fetchTask, known, put, take } from './known.js';
import { outcome, undos } from './outcome.js';

/** @param {import('./tasks.js').Act} act @param {string} key */
export function wait(act, key) {
    // A store of texts keeps no "undefined": what will be gone is null there.
    const guess = Object.entries(act.guess ?? {}).map(([name, value]) => [name, value ?? null]);
    const item = outbox.keep({
        key, name: act.name, method: act.method, path: act.path, body: act.body, label: act.done, taskID: act.before?.id,
        guess: act.guess && Object.fromEntries(guess),
    });
    if (act.name === 'task.create') put(waitingTask(item));
    else if (act.before) put(known.get(act.before.id) ?? act.before);
    outcome.value = { text: `${act.done}. It is sent ${online.value ? 'after what waits' : 'when the connection is back'}.` };
    if (online.value) void outbox.send();
    return undefined;
}

/** @param {outbox.Waiting} item @returns {import('./known.js').TodoTask} */
function waitingTask(item) {
    const at = new Date(item.at).toISOString();
    return {
        priority: 'none', tags: [], ...item.body, id: outbox.waitingID(item.key), status: 'open', position: '~', version: 0,
        createdAt: at, updatedAt: at, isWaiting: true,
    };
}

/** Brings what waits to the screen, as after a reload. */
export function showWaiting() {
    for (const item of outbox.waiting.value) {
        const task = item.taskID && known.get(outbox.idOf(item.taskID) ?? '');
        if (item.name === 'task.create') put(waitingTask(item));
        else if (task) put(task);
    }
}

/** Nothing of it waits any more; what it became is read. @param {string} id */
function settle(id) {
    const task = known.get(id);
    if (task) put({ ...task, isWaiting: false });
    void fetchTask(id);
}

outbox.onSent((item, answer) => {
    if (item.name === 'task.create') drop(outbox.waitingID(item.key));
    if (answer instanceof Problem) {
        outcome.value = { text: `${item.label}: ${answer.message}`, error: answer };
        if (item.taskID) settle(item.taskID);
    } else {
        const undo = answer.headers.get('undo-token');
        if (undo) undos.push(undo);
        if (item.taskID && known.has(item.taskID)) put({ .../** @type {any} */ (known.get(item.taskID)), isWaiting: false });
        take(answer.data);
    }
});

outbox.onOtherTab((sent) => {
    for (const item of sent) {
        const id = item.name === 'task.create' ? outbox.waitingID(item.key) : item.taskID;
        if (item.name === 'task.create') drop(outbox.waitingID(item.key));
        const now = id && outbox.idOf(id);
        if (now && !outbox.isWaitingID(now)) settle(now);
    }
    showWaiting();
});
