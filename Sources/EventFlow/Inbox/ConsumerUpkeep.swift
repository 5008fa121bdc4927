import Logging
import Metrics
import Postgres
public import ServiceLifecycle
import Synchronization

/// Forgets what consumers need no longer, and says how many dead letters wait for a decision.
///
/// The inbox keeps an event's id as long as the event can still come: topic and dead-letter topic together,
/// else an old delivery would have its effect a second time. A failure is forgotten when it is settled and as
/// old. Settled is also what a later delivery has handled, so that this is written down before the inbox
/// forgets it.
public struct ConsumerUpkeep: Service {
    /// How often and how much.
    public struct Settings: Sendable {
        /// How old what is forgotten must be.
        public var retention: Duration = .seconds(14 * 86_400)
        /// Rows of one statement: no transaction may hold many rows for long.
        public var portion = 1000
        /// Between two rounds of forgetting.
        public var interval: Duration = .seconds(600)
        /// Between two looks at the open dead letters.
        public var gaugeInterval: Duration = .seconds(5)

        /// The defaults.
        public init() {}
    }

    private let store: ConsumerUpkeepStore
    private let group: String
    private let settings: Settings
    private let logger: Logger
    private let reasons = SeenReasons()

    /// The upkeep of a consumer's tables.
    public init(of consumer: EventConsumer, settings: Settings = Settings()) {
        store = ConsumerUpkeepStore(
            schema: consumer.failures.schema, database: consumer.database, portion: settings.portion)
        group = consumer.group
        logger = consumer.logger
        self.settings = settings
    }

    /// Works until the process stops.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    await repeatedly(every: settings.gaugeInterval, "counted") { try await measure() }
                }
                tasks.addTask {
                    await repeatedly(every: settings.interval, "pruned") { _ = try await round() }
                }
            }
        }
    }

    private func repeatedly(every interval: Duration, _ what: String, _ work: () async throws -> Void) async {
        while !Task.isCancelled {
            do {
                try await work()
            } catch {
                if !Task.isCancelled {
                    logger.warning(
                        "the tables of the consumer could not be looked after", error: error,
                        metadata: ["work": "\(what)"])
                }
            }
            try? await Task.sleep(for: interval)
        }
    }

    /// Forgets all that is old enough.
    ///
    /// - Returns: how many rows of inbox and failures went.
    @discardableResult
    public func round() async throws -> (inbox: Int, failures: Int) {
        let seconds = Double(settings.retention.components.seconds)
        try await store.settleHandled()
        let failures = try await portions("todo.consumer.failures_pruned") {
            try await store.pruneFailures(olderThan: seconds)
        }
        let inbox = try await portions("todo.inbox.pruned") {
            try await store.pruneInbox(olderThan: seconds)
        }
        return (inbox, failures)
    }

    private func portions(_ metric: String, _ prune: () async throws -> Int) async throws -> Int {
        let counter = Counter(label: metric, dimensions: [("messaging.consumer.group.name", group)])
        var total = 0
        while true {
            let count = try await prune()
            total += count
            counter.increment(by: count)
            guard count == settings.portion, !Task.isCancelled else { return total }
        }
    }

    /// The gauge that alerts look at; a reason that is there no more goes to zero instead of standing still.
    func measure() async throws {
        let open = try await store.openByReason()
        for reason in reasons.including(open.keys) {
            Gauge(
                label: "todo.consumer.dead_letters",
                dimensions: [("messaging.consumer.group.name", group), ("reason", reason)]
            ).record(open[reason] ?? 0)
        }
    }
}

/// Every reason that the gauge ever showed.
private final class SeenReasons: Sendable {
    /// There from the start, so that the gauge exists before the first dead letter does.
    private let seen = Mutex<Set<String>>(["attempts_exhausted"])

    func including(_ reasons: some Sequence<String>) -> Set<String> {
        seen.withLock { seen in
            seen.formUnion(reasons)
            return seen
        }
    }
}

/// The statements of the upkeep.
private struct ConsumerUpkeepStore: Sendable {
    let schema: String
    let database: PostgresClient
    let portion: Int

    func openByReason() async throws -> [String: Int] {
        try await DeliveryFailureStore(schema: schema, database: database).openByReason()
    }

    func settleHandled() async throws {
        try await database.execute(
            """
            UPDATE \(unescaped: schema).delivery_failure AS failure
            SET resolved_at = inbox.received_at, envelope = NULL FROM \(unescaped: schema).inbox
            WHERE failure.resolved_at IS NULL AND failure.discarded_at IS NULL
              AND inbox.event_id = failure.event_id AND inbox.source = failure.source
            """)
    }

    /// What is open stays, however old it is; what was only tried again and never heard of since goes.
    func pruneFailures(olderThan seconds: Double) async throws -> Int {
        try await database.execute(
            """
            DELETE FROM \(unescaped: schema).delivery_failure WHERE id IN (
              SELECT id FROM \(unescaped: schema).delivery_failure
              WHERE last_failed_at < now() - make_interval(secs => \(seconds))
                AND (dead_at IS NULL OR resolved_at IS NOT NULL OR discarded_at IS NOT NULL)
              ORDER BY last_failed_at LIMIT \(portion))
            """)
    }

    func pruneInbox(olderThan seconds: Double) async throws -> Int {
        try await database.execute(
            """
            DELETE FROM \(unescaped: schema).inbox WHERE (event_id, source) IN (
              SELECT event_id, source FROM \(unescaped: schema).inbox
              WHERE received_at < now() - make_interval(secs => \(seconds))
              ORDER BY received_at LIMIT \(portion))
            """)
    }
}
