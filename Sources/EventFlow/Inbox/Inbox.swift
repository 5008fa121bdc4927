import Dapr
import Postgres

/// The ids of events that already had their effect (`<schema>.inbox`).
struct Inbox: Sendable {
    let schema: String

    /// Records an event in the transaction of its effect; false when it was recorded before.
    func admit(_ event: ReceivedEvent, in transaction: PostgresTransaction) async throws -> Bool {
        try await transaction.execute(
            """
            INSERT INTO \(unescaped: schema).inbox (event_id, source, topic, type)
            VALUES (\(event.envelope.id), \(event.envelope.source), \(event.topic), \(event.envelope.type))
            ON CONFLICT (event_id, source) DO NOTHING
            """) == 1
    }
}
