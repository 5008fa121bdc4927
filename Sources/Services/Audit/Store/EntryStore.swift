import Dapr
import EventFlow
import FoundationEssentials
import Postgres

/// One line of the log as its reader sees it.
struct AuditEntry: Sendable, Encodable {
    let position: Int64
    let id: String
    let eventId: String
    let type: String
    let subject: String?
    let actor: String?
    let time: Date

    enum CodingKeys: String, CodingKey {
        case id, eventId, type, subject, actor, time
    }
}

/// All SQL of the log.
enum EntryStore {
    static func record(
        _ event: ReceivedEvent, occurredAt: Date, in transaction: PostgresTransaction
    ) async throws {
        let envelope = event.envelope
        try await transaction.execute(
            """
            INSERT INTO audit.entry
              (event_id, source, topic, type, subject, user_id, actor, sequence, occurred_at)
            VALUES (\(envelope.id), \(envelope.source), \(event.topic), \(envelope.type), \(envelope.subject),
              \(envelope.userID), \(envelope.actor), \(envelope.sequence), \(occurredAt))
            ON CONFLICT (event_id, source) DO NOTHING
            """)
    }

    static func list(
        of user: String, subject: String?, before position: Int64?, limit: Int, on database: PostgresClient
    ) async throws -> [AuditEntry] {
        var sql: SQL = """
            SELECT position, event_id, type, subject, actor, occurred_at FROM audit.entry WHERE user_id = \(user)
            """
        if let subject { sql = sql + " AND subject = \(subject)" }
        if let position { sql = sql + " AND position < \(position)" }
        sql = sql + " ORDER BY position DESC LIMIT \(limit)"
        return try await database.query(sql).map { row in
            let position: Int64 = try row.value("position")
            return AuditEntry(
                position: position, id: String(position), eventId: try row.value("event_id"),
                type: try row.value("type"), subject: try row.value("subject"), actor: try row.value("actor"),
                time: try row.value("occurred_at"))
        }
    }
}
