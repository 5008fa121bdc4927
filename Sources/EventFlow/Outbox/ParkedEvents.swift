public import FoundationEssentials
public import Postgres

/// An event that was set aside, without its payload.
public struct ParkedEvent: Sendable, Hashable {
    /// The event's id.
    public let id: UUID
    /// Where it was to go.
    public let topic: String
    /// What happened.
    public let type: String
    /// The entity it is about.
    public let subject: String
    /// What order is kept by.
    public let partitionKey: String
    /// The entity's version after the write.
    public let sequence: Int64
    /// How often it was tried.
    public let attempts: Int
    /// Why it was set aside, a word of a bounded set.
    public let reason: String
    /// When it was written.
    public let createdAt: Date
    /// When it was set aside.
    public let parkedAt: Date
}

/// The events of an outbox that were set aside, for a person to decide on.
///
/// A parked event does not hold up its key: what follows has been sent. One that is released therefore arrives
/// late, with its old sequence, and consumers that keep copies drop it as stale.
public struct ParkedEvents: Sendable {
    private let outbox: Outbox
    private let database: PostgresClient

    /// The parked events of one outbox; the login needs the relay's rights.
    public init(outbox: Outbox, database: PostgresClient) {
        self.outbox = outbox
        self.database = database
    }

    /// The next page in the order of ids, which is that of their writing.
    public func parked(limit: Int, after id: UUID? = nil) async throws -> [ParkedEvent] {
        try await database.query(
            """
            SELECT id, topic, type, subject, partition_key, sequence, attempts, last_error, created_at, parked_at
            FROM \(unescaped: outbox.schema).outbox
            WHERE parked_at IS NOT NULL AND (\(id)::uuid IS NULL OR id > \(id)::uuid)
            ORDER BY id LIMIT \(max(0, limit))
            """
        ).map { row in
            ParkedEvent(
                id: try row.value("id"), topic: try row.value("topic"), type: try row.value("type"),
                subject: try row.value("subject"), partitionKey: try row.value("partition_key"),
                sequence: try row.value("sequence"), attempts: try row.value("attempts"),
                reason: try row.value("last_error", as: String?.self) ?? "unknown",
                createdAt: try row.value("created_at"), parkedAt: try row.value("parked_at"))
        }
    }

    /// Lets an event be sent again, with all its attempts before it; false if it is not parked.
    public func release(_ id: UUID) async throws -> Bool {
        try await database.transaction { transaction in
            let released = try await transaction.execute(
                """
                UPDATE \(unescaped: outbox.schema).outbox
                SET parked_at = NULL, attempts = 0, not_before = '-infinity'
                WHERE id = \(id) AND parked_at IS NOT NULL
                """)
            if released > 0 { transaction.notifyAfterCommit(channel: outbox.channel) }
            return released > 0
        }
    }

    /// Forgets an event that will never be sent; false if it is not parked.
    public func discard(_ id: UUID) async throws -> Bool {
        try await database.execute(
            "DELETE FROM \(unescaped: outbox.schema).outbox WHERE id = \(id) AND parked_at IS NOT NULL") > 0
    }
}
