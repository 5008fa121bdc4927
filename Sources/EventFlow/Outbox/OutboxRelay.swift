public import Dapr
import FoundationEssentials
public import Logging
public import Postgres
public import ServiceLifecycle
import Synchronization

/// Sends what is in the outbox, beside any number of others that do.
///
/// The keys of events are spread over shards, and each relay holds some of them by leases (`ShardKeeper`). It
/// looks for what may be sent (`OutboxStore.turns`), sends it (`RelayRound`), and writes down what has become of
/// it in one statement. No transaction is open while the sidecar is talked to.
public final class OutboxRelay: Service {
    private let outbox: Outbox
    private let store: OutboxStore
    private let keeper: ShardKeeper
    private let wakes: RelayWakes
    private let sender: OutboxSender
    private let dapr: DaprClient
    private let logger: Logger
    private let metrics: OutboxMetrics
    private let settings: Settings
    private let isStopping = Mutex(false)

    /// A relay for one outbox.
    ///
    /// - Parameters:
    ///   - listening: The database to listen on; not through a pooler in transaction mode.
    ///   - now: What leases are measured by; it must go on while the process is stopped.
    public init(
        outbox: Outbox, database: PostgresClient, listening: PostgresConfiguration, dapr: DaprClient,
        logger: Logger, settings: Settings = Settings(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.outbox = outbox
        self.dapr = dapr
        self.logger = logger
        self.settings = settings
        metrics = OutboxMetrics()
        store = OutboxStore(schema: outbox.schema, source: outbox.source, database: database)
        sender = OutboxSender(source: outbox.source, dapr: dapr, metrics: metrics)
        keeper = ShardKeeper(
            store: ShardStore(schema: outbox.schema, holder: UUID(), database: database),
            lease: settings.lease, now: now, logger: logger, metrics: metrics)
        wakes = RelayWakes(
            listener: PostgresListener(listening, channels: [outbox.channel]), store: store,
            channel: outbox.channel, settings: settings, logger: logger)
    }

    /// Runs until the service group shuts down: what is being sent is then finished and written down.
    public func run() async throws {
        let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.wakes.run { signal.yield() } }
                group.addTask { await self.keeper.run { signal.yield() } }
                group.addTask { await self.measure() }
                await self.loop().drain(on: signals)
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.isStopping.withLock { $0 = true }
            signal.finish()
        }
        await keeper.withdraw()
    }

    private func loop() -> RelayLoop {
        RelayLoop(
            store: store, keeper: keeper, sender: sender, dapr: dapr, logger: logger, metrics: metrics,
            settings: settings, isStopping: { self.isStopping.withLock { $0 } })
    }

    /// The backlog is counted row by row, so the time between two counts grows with what one costs.
    private func measure() async {
        while !Task.isCancelled {
            let start = ContinuousClock.now
            var cost = Duration.zero
            if let backlog = try? await store.backlog() {
                metrics.backlog(
                    pending: backlog.pending, oldestSeconds: backlog.oldestSeconds, parked: backlog.parked)
                cost = .now - start
            }
            try? await Task.sleep(for: settings.pause(afterCounting: cost))
        }
    }
}
