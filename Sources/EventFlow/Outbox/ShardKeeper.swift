import Logging
import Synchronization

/// Keeps a relay's share of the shards: renews, takes, gives back, and knows at any instant what may be sent.
final class ShardKeeper: Sendable {
    private struct State {
        var book = ShardBook()
        var isAway = false
        var failures = 0
    }

    private let store: ShardStore
    private let lease: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let logger: Logger
    private let metrics: OutboxMetrics
    private let state = Mutex(State())

    init(
        store: ShardStore, lease: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant,
        logger: Logger, metrics: OutboxMetrics
    ) {
        self.store = store
        self.lease = lease
        self.now = now
        self.logger = logger
        self.metrics = metrics
    }

    /// Renews four times within a lease until the task is cancelled.
    ///
    /// - Parameter onGain: told when there are shards that were not held before.
    func run(onGain: @Sendable () -> Void) async {
        while !Task.isCancelled {
            if await renew() { onGain() }
            try? await Task.sleep(for: lease / 4)
        }
    }

    /// One exchange with the database; a second one at once when something can be given back.
    private func renew() async -> Bool {
        do {
            let hasGained = try await exchange()
            if !state.withLock({ $0.book.intentions().returned.isEmpty }) { _ = try await exchange() }
            state.withLock { $0.failures = 0 }
            return hasGained
        } catch {
            guard !Task.isCancelled else { return false }
            let isFirst = state.withLock { state in
                state.failures += 1
                return state.failures == 1
            }
            if isFirst { logger.warning("outbox relay could not renew its shards", error: error) }
            return false
        }
    }

    private func exchange() async throws -> Bool {
        let intentions = state.withLock { $0.isAway ? nil : $0.book.intentions() }
        guard let (kept, returned) = intentions else { return false }
        let asked = now()
        let answer = try await store.keep(kept, returning: returned, for: lease)
        let (count, hasGained, wentAway) = state.withLock { state in
            if state.isAway { return (0, false, true) }
            let hasGained = state.book.note(
                renewed: answer.renewed, claimed: answer.claimed, share: answer.share, until: asked + lease)
            return (state.book.count, hasGained, false)
        }
        // It withdrew while the answer was on its way, which has taken shards in its name again.
        if wentAway { try await store.leave() }
        metrics.shards(count)
        return hasGained
    }

    /// Gives everything back and takes nothing until `rejoin`: somebody else may be able to send.
    func withdraw() async {
        state.withLock { state in
            state.isAway = true
            state.book.clear()
        }
        metrics.shards(0)
        // The task may be cancelled already, and the shards must still be given back.
        await Task { [store] in try? await store.leave() }.value
    }

    /// Takes part again, at once.
    func rejoin() async {
        state.withLock { $0.isAway = false }
        _ = await renew()
    }

    /// The right to every shard that is surely held for `reserve` longer.
    func enter(reserve: Duration) -> [ShardBook.Ticket] {
        state.withLock { $0.book.enter(at: now(), reserve: reserve) }
    }

    func leave(_ tickets: [ShardBook.Ticket]) {
        state.withLock { $0.book.leave(tickets) }
    }

    func permits(_ ticket: ShardBook.Ticket, reserve: Duration) -> Bool {
        state.withLock { $0.book.permits(ticket, at: now(), reserve: reserve) }
    }

    /// Whether any of the leases has ended, so that calls under it must be broken off.
    func hasLost(_ tickets: [ShardBook.Ticket]) -> Bool {
        let now = now()
        return state.withLock { state in tickets.contains { !state.book.holds($0, at: now) } }
    }
}
