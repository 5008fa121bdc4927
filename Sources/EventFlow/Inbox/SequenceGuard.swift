import Dapr
import Metrics
public import Postgres

/// Keeps what is older from overwriting what is newer, for handlers that hold a copy of somebody else's
/// entity.
///
/// Order is kept within a topic and a key only. Between topics, after a replay of a dead letter, or when a
/// consumer is rebuilt, an older version of an entity can come after a newer one. The versions seen are rows
/// of their own (`EventTables.entityVersions`), so that a deletion leaves its version behind and an older
/// update cannot bring the entity back.
///
/// A handler whose copy has a column for the version needs no guard: `… DO UPDATE SET … WHERE copy.sequence <
/// excluded.sequence` in its own statement says the same, as long as its deletions leave the row.
public struct SequenceGuard: Sendable {
    private let schema: String
    private let group: String

    /// A guard with its table in the schema of the service.
    public init(schema: String, group: String) {
        self.schema = schema
        self.group = group
    }

    /// Whether the event is newer than all that was seen of its entity, which is then remembered, in the
    /// transaction.
    ///
    /// What has no `sequence` or no `subject` cannot be judged and counts as newer.
    public func admits(_ event: ReceivedEvent, in transaction: PostgresTransaction) async throws -> Bool {
        guard let sequence = event.envelope.sequence, let entity = event.envelope.subject else { return true }
        let isNewer =
            try await transaction.execute(
                """
                INSERT INTO \(unescaped: schema).entity_version AS known (source, entity, sequence)
                VALUES (\(event.envelope.source), \(entity), \(sequence))
                ON CONFLICT (source, entity) DO UPDATE SET sequence = excluded.sequence
                WHERE known.sequence < excluded.sequence
                """) == 1
        if !isNewer {
            Counter(
                label: "todo.consumer.stale",
                dimensions: [
                    ("messaging.consumer.group.name", group), ("messaging.destination.name", event.topic),
                ]
            ).increment()
        }
        return isNewer
    }
}
