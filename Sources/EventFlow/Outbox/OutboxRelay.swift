public import Dapr
import FoundationEssentials
public import Logging
import Metrics
public import Postgres
public import ServiceLifecycle
import Synchronization
import Tracing

/// Sends what is in the outbox: woken by a commit's notification, and by the clock in case one was missed.
public final class OutboxRelay: Service {
    private let store: OutboxStore
    private let outbox: Outbox
    private let listener: PostgresListener
    private let dapr: DaprClient
    private let logger: Logger
    private let holder = UUID()
    private let settings: Settings
    private let leaseEnd = Mutex<ContinuousClock.Instant?>(nil)

    /// How the relay paces itself.
    public struct Settings: Sendable {
        /// Events in one round; at most one of each key.
        public var batch = 100
        /// Calls to the sidecar at a time.
        public var concurrency = 16
        /// How long a wake-up may be missed.
        public var pollInterval: Duration = .seconds(1)
        /// How long the right to send lasts. A round starts calls for an eighth of it, and a call must end within
        /// three eighths: so no round outlives the half that is left when it begins.
        public var lease: Duration = .seconds(4)
        /// Waits after failures: doubling from the first to the last.
        public var backoff: ClosedRange<Duration> = .milliseconds(200) ... .seconds(5)

        /// The settings that services run with.
        public init() {}
    }

    /// A relay for one outbox.
    ///
    /// - Parameter listening: the database to listen on; not through a pooler in transaction mode.
    public init(
        outbox: Outbox, database: PostgresClient, listening: PostgresConfiguration, dapr: DaprClient,
        logger: Logger, settings: Settings = Settings()
    ) {
        self.outbox = outbox
        store = OutboxStore(schema: outbox.schema, source: outbox.source, database: database)
        listener = PostgresListener(listening, channels: [outbox.channel])
        self.dapr = dapr
        self.logger = logger
        self.settings = settings
    }

    /// Runs until the service group shuts down.
    public func run() async throws {
        let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.listener.run { _ in wake.yield() } }
                group.addTask { await self.tick(wake) }
                group.addTask { await self.measure() }
                await self.drain(on: wakes)
                group.cancelAll()
            }
        }
        try? await store.release(holder: holder)
    }

    private func tick(_ wake: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            wake.yield()
            try? await Task.sleep(for: settings.pollInterval)
        }
    }

    private func drain(on wakes: AsyncStream<Void>) async {
        var failures = 0
        for await _ in wakes {
            do {
                while !Task.isCancelled, try await round() {}
                failures = 0
            } catch is CancellationError {
                return
            } catch {
                failures += 1
                logger.warning(
                    "outbox relay could not send", error: error, metadata: ["attempt": "\(failures)"])
                try? await Task.sleep(for: pause(after: failures))
            }
        }
    }

    /// Whether there may be work and the right to do it. An idle relay writes nothing, and a busy one renews its
    /// lease only when less than half of it is left, which is more than a round may take.
    private func mayStart() async throws -> Bool {
        let now = ContinuousClock.now
        if let until = leaseEnd.withLock({ $0 }), until - now > settings.lease / 2 { return true }
        guard try await !store.heads(limit: 1).isEmpty else { return false }
        let isHeld = try await store.lease(holder: holder, for: settings.lease)
        leaseEnd.withLock { $0 = isHeld ? now + settings.lease : nil }
        return isHeld
    }

    private func pause(after failures: Int) -> Duration {
        min(settings.backoff.lowerBound * (1 << min(failures - 1, 16)), settings.backoff.upperBound)
    }

    /// Sends one event of each key. True when there may be more to send at once.
    private func round() async throws -> Bool {
        guard try await mayStart() else { return false }
        let rows = try await store.heads(limit: settings.batch)
        guard !rows.isEmpty else { return false }
        Recorder(label: "todo.outbox.relay.batch_size").record(rows.count)
        let sender = OutboxSender(source: outbox.source, dapr: dapr, schema: outbox.schema)
        return try await withSpan("outbox relay", context: .topLevel, ofKind: .internal) { span in
            span.attributes["messaging.batch.message_count"] = rows.count
            for row in rows.prefix(128) {
                span.addLink(SpanLink(context: row.carrier.context(), attributes: [:]))
            }
            let outcomes = await sender.send(
                rows, concurrency: settings.concurrency, startingWithin: settings.lease / 8,
                relay: span.context)
            try await settle(outcomes)
            if outcomes.contains(where: { $0.isSidecarAway }) { throw RelayPause.sidecarAway }
            return true
        }
    }

    private func settle(_ outcomes: [OutboxSender.Outcome]) async throws {
        let sent = outcomes.compactMap(\.sentID)
        if !sent.isEmpty { try await store.remove(sent) }
        for case .postponed(let row, let reason) in outcomes {
            try await store.postpone(row.id, by: pause(after: row.attempts + 1), reason: reason)
        }
        for case .parked(let row, let reason) in outcomes {
            logger.error(
                "event set aside: the sidecar refuses it",
                metadata: [
                    "event.id": "\(row.id.lowercased)", "topic": "\(row.topic)", "reason": "\(reason)",
                ])
            try await store.park(row.id, reason: reason)
        }
    }

    private func measure() async {
        let pending = Gauge(label: "todo.outbox.pending_events")
        let oldest = Gauge(label: "todo.outbox.oldest_pending_age")
        let parked = Gauge(label: "todo.outbox.parked_events")
        while !Task.isCancelled {
            if let backlog = try? await store.backlog() {
                pending.record(backlog.pending)
                oldest.record(backlog.oldestSeconds)
                parked.record(backlog.parked)
            }
            try? await Task.sleep(for: .seconds(5))
        }
    }
}

/// Why a round ends early without anything being wrong with its events.
enum RelayPause: Error {
    case sidecarAway
}
