import Dapr
import Postgres

/// The ids of events that already had their effect (`<schema>.inbox`).
struct Inbox: Sendable {
    let schema: String

    /// Records an event in the transaction of its effect; false when it was recorded before.
    ///
    /// The same statement waits until no other process handles an event of the same key: while partitions
    /// move from one replica to another, both can have one of its events. The lock ends with the transaction.
    /// What was committed meanwhile is seen: a conflict is found whether or not the statement's snapshot
    /// shows the row.
    func admit(_ event: ReceivedEvent, in transaction: PostgresTransaction) async throws -> Bool {
        let turn = "\(schema) \(event.orderingKey)"
        let statement: SQL = """
            INSERT INTO \(unescaped: schema).inbox (event_id, source, topic, type)
            SELECT \(event.envelope.id)::text, \(event.envelope.source)::text, \(event.topic)::text,
              \(event.envelope.type)::text
            FROM pg_advisory_xact_lock(hashtextextended(\(turn), 0))
            ON CONFLICT (event_id, source) DO NOTHING
            """
        return try await transaction.execute(statement.summary("INSERT inbox")) == 1
    }
}
