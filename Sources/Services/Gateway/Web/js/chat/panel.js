// The assistant beside the tasks.

/** @param {HTMLElement} place */
export function toggleChat(place) {
    place.replaceChildren();
}
