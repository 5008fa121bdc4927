// The time that passes while a page is open.

/** Calls now and then, and when the page is looked at again. @param {() => void} work @returns {() => void} ends it */
export function onTick(work) {
    const tick = () => { if (!document.hidden) work(); };
    const clock = setInterval(tick, 30_000);
    document.addEventListener('visibilitychange', tick);
    return () => {
        clearInterval(clock);
        document.removeEventListener('visibilitychange', tick);
    };
}
