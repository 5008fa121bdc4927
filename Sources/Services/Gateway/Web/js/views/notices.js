// What the user was told: live ones with their words, and the log of earlier ones, which keeps no words.

import { fill, h } from '../lib/dom.js';
import { icon } from '../lib/icons.js';
import { agoText } from '../lib/time.js';
import { notices } from '../data/live.js';
import { zone } from '../data/settings.js';
import { outcome } from '../data/tasks.js';
import { call, query } from '../net/http.js';
import { showPopover } from '../ui/dialog.js';
import { openTask } from '../ui/router.js';

/** @param {AbortSignal} signal ends it */
export function bell(signal) {
    const badge = h('span', { class: 'badge', hidden: true });
    const button = h('button', { type: 'button', class: 'icon-button bell', 'aria-haspopup': 'dialog', 'aria-label': 'Notifications', onclick: () => show(button) }, icon('bell'), badge);
    let count = 0;
    notices.watch((all) => {
        const unread = all.filter((notice) => !notice.isRead).length;
        badge.textContent = String(unread);
        badge.hidden = unread === 0;
        button.setAttribute('aria-label', unread > 0 ? `Notifications, ${unread} new` : 'Notifications');
        if (all.length > count && all[0] && !all[0].isRead && !all[0].isQuiet) outcome.value = { text: `${all[0].isTest ? '' : 'Reminder: '}${all[0].title}` };
        count = all.length;
    }, signal);
    return button;
}

/** @param {HTMLElement} anchor */
function show(anchor) {
    const list = h('ul', { class: 'notices' });
    const earlier = h('ul', { class: 'notices earlier' });
    const draw = () => fill(list, notices.value.map((notice) => h('li', { class: `notice${notice.isRead ? '' : ' unread'}` }, icon('reminder'),
        h('div', { class: 'grow' }, notice.taskID ? h('button', { type: 'button', class: 'sub-title', onclick: () => { shown.close(); openTask(notice.taskID ?? null); } }, notice.title) : h('strong', {}, notice.title),
            notice.text && h('div', { class: 'muted' }, notice.text), h('div', { class: 'muted' }, agoText(new Date(notice.at).toISOString(), zone()))))),
    notices.value.length === 0 && h('li', { class: 'hint pad' }, 'Nothing new. Reminders appear here the moment they fire.'));
    draw();
    const shown = showPopover(anchor, h('div', { class: 'notices-panel' }, h('h2', {}, 'Notifications'), list, h('h3', {}, 'Earlier'), earlier), {
        label: 'Notifications', className: 'wide-popover', onclose: () => { notices.value = notices.value.map((notice) => ({ ...notice, isRead: true })); },
    });
    call('GET', `/notifications/deliveries${query({ limit: 15 })}`).then(({ data }) => {
        fill(earlier, data.items.map((/** @type {any} */ one) => h('li', { class: 'notice' }, icon(one.state === 'failed' ? 'close' : 'check'), h('div', { class: 'grow' }, `${one.template === 'test' ? 'Test' : one.template === 'reminder' ? 'Reminder' : 'Message'} · ${one.channel} · ${one.state}`, h('div', { class: 'muted' }, agoText(one.createdAt, zone()))))), data.items.length === 0 && h('li', { class: 'hint pad' }, 'None yet.'));
    }, (error) => fill(earlier, h('li', { class: 'hint pad' }, error.message)));
}
