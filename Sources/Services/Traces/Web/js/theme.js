// Runs before the first paint, as a classic script, so that nobody sees the wrong colours for a moment.
(() => {
    const root = document.documentElement;
    let chosen = 'system';
    try {
        chosen = localStorage.getItem('todo.traces.theme') ?? 'system';
    } catch {
        // Storage is switched off: the system's colours it is.
    }
    if (chosen !== 'system') root.dataset.theme = chosen;
})();
