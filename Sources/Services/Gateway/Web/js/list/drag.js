// Order by pointer: a row is taken by its handle and put between two others, or on a list in the sidebar. By keyboard it is
// Alt with the arrows, which is the list's own affair.

/**
 * @param {import('./virtual.js').VirtualList<any>} list
 * @param {{move: (id: string, beforeID: string | null) => void, drop: (id: string, listName: string) => void}} acts by ids: rows come and go meanwhile
 */
export function makeDraggable(list, acts) {
    const line = document.createElement('div');
    line.className = 'drop-line';
    line.hidden = true;
    list.element.append(line);

    list.element.addEventListener('pointerdown', (event) => {
        const handle = event.target instanceof Element ? event.target.closest('[data-act="drag"]') : null;
        const row = /** @type {HTMLElement | null} */ (handle?.closest('.task-row'));
        if (!row || event.button !== 0) return;
        event.preventDefault();
        if (row.dataset.id) follow(event, row, row.dataset.id);
    });

    /** @param {PointerEvent} start @param {HTMLElement} row @param {string} id */
    function follow(start, row, id) {
        /** The row that it would stand before; null for the end, the row itself for where it is. @type {string | null} */
        let before = id;
        let y = start.clientY;
        /** @type {HTMLElement | null} */
        let target = null;
        let frame = 0;
        row.classList.add('dragging');
        document.body.classList.add('is-dragging');

        const point = (/** @type {PointerEvent} */ event) => {
            y = event.clientY;
            mark(null);
            const below = document.elementFromPoint(event.clientX, event.clientY);
            const place = below instanceof HTMLElement ? below.closest('[data-list-name]') : null;
            if (place instanceof HTMLElement) return mark(place);
            const [from, to] = [list.items.findIndex((item) => item.id === id), list.indexAt(y)];
            const stays = from < 0 || to === from || to === from + 1;
            before = stays ? id : list.items[to]?.id ?? null;
            line.hidden = stays;
            line.style.transform = `translateY(${to * list.rowHeight}px)`;
        };
        /** @param {HTMLElement | null} place */
        const mark = (place) => {
            target?.classList.remove('drop-target');
            target = place;
            target?.classList.add('drop-target');
            if (target) line.hidden = true;
        };
        const scroll = () => {
            const box = list.scroller.getBoundingClientRect();
            if (y < box.top + 40) list.scroller.scrollTop -= 10;
            else if (y > box.bottom - 40) list.scroller.scrollTop += 10;
            frame = requestAnimationFrame(scroll);
        };
        const end = (/** @type {boolean} */ isDone) => {
            cancelAnimationFrame(frame);
            removeEventListener('pointermove', point);
            removeEventListener('pointerup', finish);
            removeEventListener('pointercancel', cancel);
            removeEventListener('keydown', escape, true);
            row.classList.remove('dragging');
            document.body.classList.remove('is-dragging');
            line.hidden = true;
            const name = target?.dataset.listName;
            mark(null);
            if (!isDone) return;
            if (name !== undefined) acts.drop(id, name);
            else if (before !== id) acts.move(id, before);
        };
        const finish = () => end(true);
        const cancel = () => end(false);
        const escape = (/** @type {KeyboardEvent} */ event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            cancel();
        };
        addEventListener('pointermove', point);
        addEventListener('pointerup', finish);
        addEventListener('pointercancel', cancel);
        addEventListener('keydown', escape, true);
        frame = requestAnimationFrame(scroll);
    }
}
