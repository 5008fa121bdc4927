// Where the page begins: who is signed in decides what is shown.

import { fill } from './lib/dom.js';
import { loadCollections } from './data/collections.js';
import { listen } from './data/live.js';
import { forget } from './data/forget.js';
import { loadSettings } from './data/settings.js';
import { showWaiting } from './data/tasks.js';
import { local } from './lib/store.js';
import * as outbox from './net/outbox.js';
import { isUnanswered, resume, session } from './net/session.js';
import * as stream from './net/stream.js';
import { deliverBy } from './net/trace.js';
import { measureVitals, reportErrors } from './net/vitals.js';
import { deliver } from './net/telemetry.js';
import { authView } from './views/auth.js';
import { followLinks, go } from './ui/router.js';
import { waitingView } from './ui/unanswered.js';
import { Shell } from './ui/shell.js';

const place = /** @type {HTMLElement} */ (document.getElementById('app'));
/** @type {Shell | null} */
let shell = null;
/** For whom the page is: a user's id, nobody in particular, or nothing yet. @type {string | null | undefined} */
let user;
/** Who was here last. @type {string | null} */
let last = local.get('user', null);

reportErrors();
measureVitals();
deliverBy(deliver);
followLinks();
listen();

session.watch((now) => {
    const next = now?.user.id ?? null;
    if (now === undefined || next === user) return;
    user = next;
    shell?.close();
    shell = null;
    stream.stop();
    outbox.load();
    forget();
    for (const open of document.querySelectorAll('dialog, .popover')) open.remove();
    if (next) return void begin(next);
    document.title = 'Todo';
    fill(place, authView());
});

isUnanswered.watch((is) => { if (is && user === undefined) fill(place, waitingView()); });

/** @param {string} id of the user */
async function begin(id) {
    // Where somebody else was is no place for this one.
    if (!location.pathname.startsWith('/app/') || (last && last !== id)) go('/app/today', { replace: true });
    last = id;
    local.set('user', id);
    // What "today" is comes first; without an answer it is the browser's.
    await loadSettings().catch(() => {});
    if (user !== id) return;
    shell = new Shell();
    fill(place, shell.element);
    showWaiting();
    void loadCollections();
    stream.start();
    void outbox.send();
}

outbox.start();
void resume();
