import Synchronization

/// Lets deliveries in: so many at a time, and never two of one key.
///
/// The order of a key survives a sidecar that delivers twice at once (a rebalance of partitions does that):
/// whoever comes second waits behind the first. Who waits holds an event in memory, so that few may wait; the
/// rest is turned away and comes again.
final class KeyedTurns: Sendable {
    private struct Waiter {
        let number: UInt64
        let key: String
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var isClosed = false
        var running: Set<String> = []
        var waiting: [Waiter] = []
        var nextNumber: UInt64 = 0
    }

    private let limit: Int
    private let waitingLimit: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: how many may run at a time.
    ///   - waitingLimit: how many may wait.
    init(limit: Int, waitingLimit: Int) {
        self.limit = max(1, limit)
        self.waitingLimit = waitingLimit
    }

    /// How many run and how many wait.
    var load: (running: Int, waiting: Int) {
        state.withLock { ($0.running.count, $0.waiting.count) }
    }

    /// Runs the body when its key's turn has come; nil when it is turned away: closed, crowded or cancelled.
    func take<Value: Sendable>(_ key: String, _ body: () async -> Value) async -> Value? {
        guard await enter(key) else { return nil }
        defer { leave(key) }
        return await body()
    }

    /// From now on everybody is turned away, also who waits; what runs is not disturbed.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.continuation.resume(returning: false) }
    }

    private func enter(_ key: String) async -> Bool {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.isClosed || Task.isCancelled { return false }
                    if state.running.count < limit, state.running.insert(key).inserted { return true }
                    guard state.waiting.count < waitingLimit else { return false }
                    state.waiting.append(Waiter(number: number, key: key, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            giveUp(number)
        }
    }

    private func giveUp(_ number: UInt64) {
        let waiter = state.withLock { state in
            state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
        }
        waiter?.continuation.resume(returning: false)
    }

    /// Frees the key and lets in the first who may come: there is room for one.
    private func leave(_ key: String) {
        let next = state.withLock { state -> Waiter? in
            state.running.remove(key)
            guard let index = state.waiting.firstIndex(where: { !state.running.contains($0.key) }) else {
                return nil
            }
            let next = state.waiting.remove(at: index)
            state.running.insert(next.key)
            return next
        }
        next?.continuation.resume(returning: true)
    }
}
