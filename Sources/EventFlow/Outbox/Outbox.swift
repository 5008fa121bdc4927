public import FoundationEssentials
public import Postgres
import Tracing

/// The table where a service leaves its events, in the transaction of the change that they tell of.
///
/// The service owns the table (`<schema>.outbox`); its shape is in the service's migrations and in `docs/events.md`.
public struct Outbox: Sendable {
    /// The schema that holds the table.
    public let schema: String
    /// The app-id that the events name as their source.
    public let source: String
    private let identifiers: EventIdentifier
    private let now: @Sendable () -> Date

    /// An outbox in a schema of the service that publishes.
    public init(
        schema: String, source: String, identifiers: EventIdentifier = EventIdentifier(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.schema = schema
        self.source = source
        self.identifiers = identifiers
        self.now = now
    }

    /// Parts of an event that are expressions of SQL: a number that is counted in the same packet, say.
    public struct Computed: Sendable {
        /// A whole number.
        public var sequence: SQL
        /// A text, which must be JSON.
        public var payload: SQL

        /// Both are evaluated when the event is inserted.
        public init(sequence: SQL, payload: SQL) {
            self.sequence = sequence
            self.payload = payload
        }
    }

    /// The channel that is notified when new events have been committed.
    public var channel: String { "\(schema)_outbox" }

    /// Leaves an event in the transaction; it travels with the next statement, or with COMMIT.
    ///
    /// - Parameter computed: what only the database knows when the statement runs; it stands in for the event's own.
    /// - Returns: the event's id, which consumers are idempotent on.
    @discardableResult
    public func append(
        _ event: OutgoingEvent, computed: Computed? = nil, in transaction: PostgresTransaction
    ) async throws -> String {
        let id = identifiers.next()
        let time = now()
        let carrier = create(event, id: id)
        try transaction.send(
            """
            INSERT INTO \(unescaped: schema).outbox
              (id, topic, type, subject, partition_key, sequence, user_id, actor, payload, traceparent, tracestate,
               created_at)
            VALUES (\(id), \(event.topic), \(event.type), \(event.subject), \(event.partitionKey),
              \(fragment: computed?.sequence ?? "\(event.sequence)"), \(event.userID), \(event.actor),
              \(fragment: computed?.payload ?? "\(String(decoding: event.payload, as: UTF8.self))"),
              \(carrier.traceparent), \(carrier.tracestate), \(time))
            """)
        transaction.notifyAfterCommit(channel: channel)
        return id.lowercased
    }

    /// The creation span: nothing happens in it, but its context is what every later hop is bound to.
    private func create(_ event: OutgoingEvent, id: UUID) -> TraceCarrier {
        withSpan("create \(event.topic)", ofKind: .producer) { span in
            MessagingAttributes.set(on: span, operation: "create", type: "create", topic: event.topic)
            MessagingAttributes.set(
                on: span, eventID: id.lowercased, eventType: event.type, source: source,
                subject: event.subject)
            return TraceCarrier.current()
        }
    }
}
