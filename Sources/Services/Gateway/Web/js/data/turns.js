// What is done to one task reaches the service in the order in which it was done, however fast somebody types.

/** @type {Map<string, Promise<unknown>>} */
const last = new Map();

/**
 * Does it when what was asked before for the same task has its answer.
 * @template T
 * @param {string | undefined} taskID
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function inTurn(taskID, work) {
    if (!taskID) return work();
    const before = last.get(taskID);
    const mine = before ? before.then(work, work) : work();
    last.set(taskID, mine);
    const end = () => {
        if (last.get(taskID) === mine) last.delete(taskID);
    };
    mine.then(end, end);
    return mine;
}
