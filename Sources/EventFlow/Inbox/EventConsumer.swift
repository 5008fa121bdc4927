public import Dapr
public import Logging
public import Postgres
import Tracing

/// Takes deliveries of the sidecar and gives each event its effect once.
///
/// A delivery goes through these hands, each a file:
///
///   answer       one event or a bulk of them; a topic or its dead letters
///   KeyedTurns   so many at a time, one of a key
///   process      the span, the metrics
///   effect       inbox row and handlers in one transaction
///   failed       the verdict, written down after the rollback: what an operator finds, and what attempts are counted by
///
/// What is poison is decided here and not by the sidecar's policy, because only here the reason is known; the
/// sidecar gives up by itself only when nobody could be reached for minutes, and its dead letters come back
/// to us.
public struct EventConsumer: Sendable {
    /// What an operator may change.
    public struct Settings: Sendable {
        /// How many events are handled at a time.
        public var concurrency: Int
        /// How often an event may fail without explanation before it is a dead letter.
        public var attemptLimit: Int

        /// Settings; the defaults suit a pool of ten connections.
        public init(concurrency: Int = 8, attemptLimit: Int = 10) {
            self.concurrency = concurrency
            self.attemptLimit = attemptLimit
        }
    }

    /// The service's app-id.
    public let group: String
    let routes: [EventRoute]
    let inbox: Inbox
    let failures: DeliveryFailureStore
    let database: PostgresClient
    let contract: (any EventContract)?
    let settings: Settings
    let turns: KeyedTurns
    let metrics: ConsumerMetrics
    let logger: Logger
    private let pubsub: String

    /// How many may wait for each that runs; the rest comes again later.
    private static let waitingPerPlace = 16

    /// A consumer for the subscription table of one service; the group is its app-id.
    public init(
        group: String, schema: String, routes: [EventRoute], database: PostgresClient, pubsub: String,
        contract: (any EventContract)? = nil, settings: Settings = Settings(), logger: Logger
    ) {
        self.group = group
        self.routes = routes
        inbox = Inbox(schema: schema)
        failures = DeliveryFailureStore(schema: schema, database: database)
        self.database = database
        self.pubsub = pubsub
        self.contract = contract
        self.settings = settings
        turns = KeyedTurns(
            limit: settings.concurrency, waitingLimit: settings.concurrency * Self.waitingPerPlace)
        metrics = ConsumerMetrics(group: group)
        self.logger = logger
    }

    /// What the sidecar is told on `GET /dapr/subscribe`: every topic, and its dead letters.
    ///
    /// Dead letters are asked for raw. As events, those that expired would be dropped by the sidecar once
    /// more, and what is no event at all would be tried there for ever, because no dead-letter topic stands
    /// behind this one.
    public var subscriptions: [Subscription] {
        topics.flatMap { topic in
            [
                Subscription(
                    pubsubname: pubsub, topic: topic, route: "/events/\(topic)",
                    deadLetterTopic: DeadLetterTopic.name(of: topic)),
                Subscription(
                    pubsubname: pubsub, topic: DeadLetterTopic.name(of: topic),
                    route: "/events/\(DeadLetterTopic.name(of: topic))", metadata: ["rawPayload": "true"]),
            ]
        }
    }

    private var topics: [String] {
        var topics: [String] = []
        for route in routes where !topics.contains(route.topic) { topics.append(route.topic) }
        return topics
    }

    /// Refuses new deliveries from now on; what runs goes on to its end.
    public func drain() { turns.close() }

    /// Measures how long a delivery lay in the broker; told by brokers that say when they took it (Kafka's `__timestamp`).
    public func arrived(appendedMilliseconds: Int64) {
        metrics.arrived(appendedMilliseconds: appendedMilliseconds)
    }

    /// The body of the answer to a delivery, which is one event or a bulk of them.
    ///
    /// - Parameter isOne: true when its content type says already that it is one event; then nobody looks for more.
    public func answer(topic: String, body: [UInt8], isOne: Bool = false) async -> [UInt8] {
        if !isOne, let bulk = BulkDelivery(json: body) { return await answer(bulk, topic: topic) }
        return await deliver(topic: topic, body: body).jsonBytes
    }

    /// Handles one delivery, in a `process` span below the request's own.
    public func deliver(topic: String, body: [UInt8]) async -> DeliveryStatus {
        if let origin = DeadLetterTopic.origin(of: topic), topics.contains(origin) {
            return await keep(deadLetter: body, of: origin)
        }
        return await receive(body, on: topic)
    }

    func handlers(for event: ReceivedEvent) -> [EventRoute] {
        routes.filter { $0.topic == event.topic && $0.types?.contains(event.envelope.type) != false }
    }

    /// - Parameter parent: the context to continue; that of the request unless several events came with it.
    func receive(
        _ body: [UInt8], on topic: String, parent: InstrumentationContext? = nil
    ) async -> DeliveryStatus {
        guard let event = ReceivedEvent(body: body, topic: topic) else {
            return await reject(unreadable: body, on: topic).status
        }
        guard event.envelope.source != group else { return .success }
        guard !handlers(for: event).isEmpty else {
            metrics.unknownType(topic: topic)
            return .success
        }
        let outcome = await turns.take(event.orderingKey) {
            await process(event, body: body, parent: parent)
        }
        if outcome == nil { metrics.turnedAway(event, reason: "turned_away") }
        return outcome?.status ?? .retry
    }
}
