// Where the page begins: who is signed in decides what is shown.

import { fill } from './lib/dom.js';
import { loadCollections } from './data/collections.js';
import { listen } from './data/live.js';
import { loadSettings } from './data/settings.js';
import { known, showWaiting } from './data/tasks.js';
import * as outbox from './net/outbox.js';
import { resume, session } from './net/session.js';
import * as stream from './net/stream.js';
import { deliverBy } from './net/trace.js';
import { measureVitals, reportErrors } from './net/vitals.js';
import { deliver } from './net/telemetry.js';
import { authView } from './views/auth.js';
import { followLinks, go } from './ui/router.js';
import { Shell } from './ui/shell.js';

const place = /** @type {HTMLElement} */ (document.getElementById('app'));
/** @type {Shell | null} */
let shell = null;
/** @type {string | null} */
let user = null;

reportErrors();
measureVitals();
deliverBy(deliver);
followLinks();
listen();

session.watch((now) => {
    if (now === undefined || (now?.user.id ?? null) === user && (user !== null || shell === null && place.childElementCount > 0)) return;
    user = now?.user.id ?? null;
    shell?.close();
    shell = null;
    known.clear();
    stream.stop();
    if (!now) {
        document.title = 'Todo';
        fill(place, authView());
        return;
    }
    void begin();
});

async function begin() {
    outbox.load();
    if (!location.pathname.startsWith('/app/')) go('/app/today', { replace: true });
    // What "today" is comes first; without an answer it is the browser's.
    await loadSettings().catch(() => {});
    if (user === null) return;
    shell = new Shell();
    fill(place, shell.element);
    showWaiting();
    void loadCollections();
    stream.start();
    void outbox.send();
}

outbox.start();
void resume();
