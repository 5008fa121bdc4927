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

/// One event as operators see it: whose it is and what it is about, not what it says.
struct RecordedEvent: Sendable, Encodable {
    let position: Int64
    let eventId: String
    let source: String
    let topic: String
    let type: String
    let subject: String?
    let userId: String?
    let actor: String?
    let sequence: Int64?
    let time: Date
    let recordedAt: Date
}

/// All SQL of the log.
enum EntryStore {
    /// Records an event; under no id of anybody who is gone.
    static func record(
        _ event: ReceivedEvent, occurredAt: Date, in transaction: PostgresTransaction
    ) async throws {
        let envelope = event.envelope
        let user = envelope.userID
        if let user {
            // Many at a time, but none while the account's entries are renamed.
            try transaction.send("SELECT pg_advisory_xact_lock_shared(\(fragment: lock(on: user)))")
        }
        try await transaction.execute(
            """
            INSERT INTO audit.entry
              (event_id, source, topic, type, subject, user_id, actor, sequence, occurred_at)
            SELECT \(envelope.id)::text, \(envelope.source)::text, \(event.topic)::text, \(envelope.type)::text,
              CASE WHEN is_gone AND subject = user_id THEN 'gone' ELSE subject END,
              CASE WHEN is_gone THEN 'gone' ELSE user_id END,
              \(envelope.actor)::text, \(envelope.sequence)::bigint, \(occurredAt)::timestamptz
            FROM (VALUES (\(envelope.subject)::text, \(user)::text)) AS told (subject, user_id),
              LATERAL (SELECT EXISTS (
                SELECT FROM audit.gone WHERE account = sha256(convert_to(user_id, 'UTF8'))) AS is_gone) AS known
            ON CONFLICT (event_id, source) DO NOTHING
            """)
    }

    /// Takes an account's id out of its entries, and sees to it that none comes after them.
    static func rename(
        _ account: String, to pseudonym: String, in transaction: PostgresTransaction
    ) async throws {
        try transaction.send("SELECT pg_advisory_xact_lock(\(fragment: lock(on: account)))")
        _ = try await transaction.query(
            "SELECT audit.pseudonymise(\(account)::text, \(pseudonym)::text)::text")
    }

    private static func lock(on account: String) -> SQL {
        "hashtextextended('audit ' || \(account)::text, 0)"
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

    /// The newest entries, or those after a position, the oldest first. Positions are taken before the commit, so that
    /// a lower one can appear later: who follows the log asks again for the last ones.
    static func log(
        topic: String?, after position: Int64?, limit: Int, on database: PostgresClient
    ) async throws -> [RecordedEvent] {
        var conditions: [SQL] = ["true"]
        if let topic { conditions.append("topic = \(topic)") }
        if let position { conditions.append("position > \(position)") }
        let order: SQL = position == nil ? "position DESC" : "position"
        let rows = try await database.query(
            """
            SELECT position, event_id, source, topic, type, subject, user_id, actor, sequence, occurred_at, recorded_at
            FROM audit.entry WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY \(fragment: order) LIMIT \(limit)
            """
        ).map { row in
            RecordedEvent(
                position: try row.value("position"), eventId: try row.value("event_id"),
                source: try row.value("source"), topic: try row.value("topic"), type: try row.value("type"),
                subject: try row.value("subject"), userId: try row.value("user_id"),
                actor: try row.value("actor"), sequence: try row.value("sequence"),
                time: try row.value("occurred_at"), recordedAt: try row.value("recorded_at"))
        }
        return position == nil ? rows.reversed() : rows
    }
}
