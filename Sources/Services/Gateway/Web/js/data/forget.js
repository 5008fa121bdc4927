// What one person saw and did is not shown to the next.

import { filters, lists, tags, templates } from './collections.js';
import { known } from './known.js';
import { forgetNews } from './live.js';
import { outcome, undos } from './outcome.js';
import { initial, settings } from './settings.js';

export function forget() {
    known.clear();
    undos.length = 0;
    outcome.value = null;
    forgetNews();
    lists.value = [];
    tags.value = [];
    filters.value = [];
    templates.value = undefined;
    settings.value = initial;
}
