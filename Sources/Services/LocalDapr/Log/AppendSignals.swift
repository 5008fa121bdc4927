import Synchronization

/// Tells waiting consumers that their partition has grown.
///
/// A consumer reads the count, looks into the log, and waits for a higher count: an append in between is
/// noticed because it raised the count.
final class AppendSignals: Sendable {
    private struct State {
        var counts: [Partition: UInt64] = [:]
        var allCount: UInt64 = 0
        var nextTicket: UInt64 = 0
        var waiters: [Partition: [UInt64: CheckedContinuation<Void, Never>]] = [:]

        func count(of partition: Partition) -> UInt64 { counts[partition, default: 0] + allCount }
    }

    private let state = Mutex(State())

    func count(of partition: Partition) -> UInt64 {
        state.withLock { $0.count(of: partition) }
    }

    /// Returns when the count is higher than `seen`, or when the task is cancelled.
    func wait(for partition: Partition, beyond seen: UInt64) async {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    // Checked inside the lock: a cancellation before this point has found no waiter to wake.
                    if Task.isCancelled || state.count(of: partition) > seen { return true }
                    state.waiters[partition, default: [:]][ticket] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters[partition]?.removeValue(forKey: ticket) }?.resume()
        }
    }

    /// Returns then, or when the time has come.
    func wait(for partition: Partition, beyond seen: UInt64, until end: ContinuousClock.Instant) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(for: partition, beyond: seen) }
            group.addTask { try? await Task.sleep(until: end) }
            await group.next()
            group.cancelAll()
        }
    }

    /// One partition has grown.
    func appended(to partition: Partition) {
        let woken = state.withLock { state in
            state.counts[partition, default: 0] += 1
            return state.waiters.removeValue(forKey: partition) ?? [:]
        }
        for waiter in woken.values { waiter.resume() }
    }

    /// Notifications may have been missed, so every consumer looks once.
    func mayHaveMissedSome() {
        let woken = state.withLock { state in
            state.allCount += 1
            defer { state.waiters = [:] }
            return state.waiters.values.flatMap(\.values)
        }
        for waiter in woken { waiter.resume() }
    }

    /// Reads a notification's payload, `<partition>:<topic>`.
    static func partition(in payload: String) -> Partition? {
        let parts = payload.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let number = Int(parts[0]) else { return nil }
        return Partition(topic: String(parts[1]), number: number)
    }
}
