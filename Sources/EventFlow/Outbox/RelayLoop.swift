import Dapr
import Logging
import Tracing

/// Why a relay pauses without anything being wrong with any one event.
enum RelayPause: Error {
    /// Nothing could be sent: no attempt is counted, and others may take the shards.
    case sidecarAway
    /// The sidecar refuses whatever it is given.
    case nothingTaken
}

/// The relay's line of work: look, send, write down, and wait when something is wrong. Used by one task.
final class RelayLoop {
    private let store: OutboxStore
    private let keeper: ShardKeeper
    private let sender: OutboxSender
    private let dapr: DaprClient
    private let logger: Logger
    private let metrics: OutboxMetrics
    private let settings: OutboxRelay.Settings
    private let isStopping: @Sendable () -> Bool

    /// Where the next look into a shard begins, for shards with more keys than one look takes.
    private var places: [Int: OutboxStore.Place] = [:]
    private var lastKeys = 1
    private var failures = 0
    /// When a topic last took an event.
    private var takers: [String: ContinuousClock.Instant] = [:]
    /// What the database did not take down yet: written before anything else is sent, or it would be sent again.
    private var unsettled = Settlement()

    init(
        store: OutboxStore, keeper: ShardKeeper, sender: OutboxSender, dapr: DaprClient, logger: Logger,
        metrics: OutboxMetrics, settings: OutboxRelay.Settings, isStopping: @escaping @Sendable () -> Bool
    ) {
        self.store = store
        self.keeper = keeper
        self.sender = sender
        self.dapr = dapr
        self.logger = logger
        self.metrics = metrics
        self.settings = settings
        self.isStopping = isStopping
    }

    /// Works whenever it is told that there may be something, until the signals end.
    func drain(on signals: AsyncStream<Void>) async {
        metrics.isPaused(false)
        for await _ in signals {
            var mayGoOn = true
            while mayGoOn, !isStopping(), !Task.isCancelled {
                do {
                    mayGoOn = try await pass()
                } catch {
                    await recover(from: error)
                }
            }
        }
    }

    /// One look and what follows from it. True when it is worth to look again at once.
    private func pass() async throws -> Bool {
        try await settle()
        let tickets = keeper.enter(reserve: settings.callLimit)
        guard !tickets.isEmpty else { return false }
        defer { keeper.leave(tickets) }
        let turns = try await look(at: tickets)
        guard !turns.isEmpty else { return !places.isEmpty }
        let rows = turns.flatMap(\.rows)
        metrics.round(of: rows.count)
        try await withSpan("outbox relay", context: .topLevel, ofKind: .internal) { span in
            span.attributes["messaging.batch.message_count"] = rows.count
            for row in rows.prefix(128) {
                span.addLink(SpanLink(context: row.carrier.context(), attributes: [:]))
            }
            let round = RelayRound(
                sender: sender, keeper: keeper, settings: settings, tickets: tickets, isStopping: isStopping)
            let result = await round.run(turns, relay: span.context)
            judge(result)
            try await settle()
            if result.isSidecarAway { throw RelayPause.sidecarAway }
            if result.isFruitless { throw RelayPause.nothingTaken }
        }
        failures = 0
        return true
    }

    /// The keys that have something to send, going round each shard until all its keys have been looked at.
    private func look(at tickets: [ShardBook.Ticket]) async throws -> [OutboxStore.Turn] {
        let keys = max(1, settings.keys / tickets.count)
        let limits = OutboxStore.Limits(
            keys: keys, depth: min(128, max(8, 2048 / max(1, lastKeys))), events: settings.batch)
        let turns = try await store.turns(
            at: tickets.map { places[$0.shard] ?? OutboxStore.Place(shard: $0.shard) }, limits: limits)
        places = [:]
        for turn in turns where turn.number >= keys {
            places[turn.shard] = OutboxStore.Place(
                shard: turn.shard, topic: turn.topic, partitionKey: turn.partitionKey)
        }
        lastKeys = turns.count
        return turns.filter { !$0.rows.isEmpty }
    }

    /// Decides on what failed: how long it waits, whether the attempt counts, and when it is enough.
    ///
    /// An attempt counts only while the topic takes other events: otherwise a broker that is down for an hour, or
    /// a topic that is not allowed yet, would have good events set aside.
    private func judge(_ result: RelayRound.Result) {
        let now = ContinuousClock.now
        for topic in result.takers { takers[topic] = now }
        var settlement = result.settlement
        settlement.postponed = []
        for var failure in result.settlement.postponed {
            failure.isCounted = takers[failure.topic].map { now - $0 < settings.topicMemory } ?? false
            failure.pause = settings.pause(after: max(failure.attempts, failures) + 1)
            if failure.isCounted, failure.attempts + 1 >= settings.attempts {
                settlement.parked.append(failure)
            } else {
                settlement.postponed.append(failure)
            }
        }
        for failure in settlement.parked {
            logger.error(
                "event set aside: the sidecar refuses it",
                metadata: [
                    "event.id": "\(failure.id.lowercased)", "topic": "\(failure.topic)",
                    "reason": "\(failure.reason)", "attempts": "\(failure.attempts + 1)",
                ])
        }
        unsettled = settlement
    }

    /// Not even the end of the relay may lose this: what was sent and not written down would be sent again.
    private func settle() async throws {
        guard !unsettled.isEmpty else { return }
        let (store, settlement) = (store, unsettled)
        try await Task { try await store.settle(settlement) }.value
        unsettled = Settlement()
    }

    private func recover(from error: any Error) async {
        guard !Task.isCancelled else { return }
        failures += 1
        // A long absence is told of now and then, not every few seconds.
        if failures.nonzeroBitCount == 1 {
            logger.warning("outbox relay could not send", error: error, metadata: ["attempt": "\(failures)"])
        }
        guard case RelayPause.sidecarAway = error else { return await rest(settings.pause(after: failures)) }
        metrics.isPaused(true)
        await keeper.withdraw()
        while !isOver() {
            await rest(settings.pause(after: failures))
            if await dapr.isOutboundHealthy() { break }
            failures += 1
        }
        guard !isOver() else { return }
        await keeper.rejoin()
        metrics.isPaused(false)
    }

    private func isOver() -> Bool { isStopping() || Task.isCancelled }

    /// In small steps, so that a shutdown need not wait for it.
    private func rest(_ pause: Duration) async {
        let end = ContinuousClock.now + pause
        while !isOver(), ContinuousClock.now < end {
            try? await Task.sleep(for: min(.milliseconds(100), end - .now))
        }
    }
}
