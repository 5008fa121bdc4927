import FoundationEssentials
import Postgres

extension DeliveryFailureStore {
    /// A dead letter with the bytes that were delivered; they are gone once it is settled.
    struct Stored: Sendable {
        let letter: DeadLetter
        let envelope: [UInt8]?
    }

    /// Which way a list goes, and where it goes on.
    enum Page: Sendable {
        case newest(before: Int64?)
        case oldest(after: Int64?)
    }

    func list(_ filter: DeadLetterFilter, _ page: Page, limit: Int) async throws -> [DeadLetter] {
        var conditions = [condition(filter.state)]
        if let topic = filter.topic { conditions.append("topic = \(topic)") }
        if let reason = filter.reason { conditions.append("last_reason = \(reason)") }
        let order: SQL
        switch page {
        case .newest(let before):
            if let before { conditions.append("id < \(before)") }
            order = "id DESC"
        case .oldest(let after):
            if let after { conditions.append("id > \(after)") }
            order = "id"
        }
        return try await database.query(
            """
            \(fragment: selection()) WHERE \(fragment: conditions.joined(separator: " AND "))
            ORDER BY \(fragment: order) LIMIT \(limit)
            """
        ).map(Self.letter)
    }

    /// By our number, or by the id of the event.
    func find(_ id: String) async throws -> Stored? {
        try await database.query(
            """
            \(fragment: selection(withEnvelope: true)) WHERE id::text = \(id) OR event_id = \(id)
            ORDER BY id::text = \(id) DESC, id DESC LIMIT 1
            """
        ).first.map { Stored(letter: try Self.letter($0), envelope: try $0.value("envelope")) }
    }

    /// How many are open, by reason.
    func openByReason() async throws -> [String: Int] {
        let rows = try await database.query(
            """
            SELECT last_reason, count(*) AS number FROM \(unescaped: schema).delivery_failure AS failure
            WHERE \(fragment: condition(.open)) GROUP BY last_reason
            """)
        var counts: [String: Int] = [:]
        for row in rows { counts[try row.value("last_reason")] = try row.value("number", as: Int.self) }
        return counts
    }

    /// Lists leave the envelopes out: a hundred of them can be half a gigabyte.
    private func selection(withEnvelope: Bool = false) -> SQL {
        """
        SELECT id, event_id, source, topic, type, subject, partition_key, user_id, actor, sequence, occurred_at,
          attempts, last_reason, last_detail, created_traceparent, failed_traceparent, first_failed_at, last_failed_at,
          dead_at, resolved_at, discarded_at, decided_by, \(unescaped: withEnvelope ? "envelope," : "")
          CASE WHEN \(fragment: condition(.resolved)) THEN 'resolved'
            WHEN discarded_at IS NOT NULL THEN 'discarded' WHEN dead_at IS NULL THEN 'retrying' ELSE 'open' END AS state
        FROM \(unescaped: schema).delivery_failure AS failure
        """
    }

    private static func letter(_ row: PostgresRow) throws -> DeadLetter {
        let resolved: Date? = try row.value("resolved_at")
        let discarded: Date? = try row.value("discarded_at")
        return DeadLetter(
            id: try row.value("id"),
            state: DeadLetter.State(rawValue: try row.value("state")) ?? .open,
            eventId: try row.value("event_id"), source: try row.value("source"),
            topic: try row.value("topic"), type: try row.value("type"), subject: try row.value("subject"),
            partitionKey: try row.value("partition_key"), userId: try row.value("user_id"),
            actor: try row.value("actor"), sequence: try row.value("sequence"),
            time: try row.value("occurred_at"), attempts: try row.value("attempts"),
            reason: try row.value("last_reason"), detail: try row.value("last_detail"),
            firstFailedAt: try row.value("first_failed_at"), lastFailedAt: try row.value("last_failed_at"),
            deadAt: try row.value("dead_at"), settledAt: resolved ?? discarded,
            decidedBy: try row.value("decided_by"),
            createdTraceparent: try row.value("created_traceparent"),
            failedTraceparent: try row.value("failed_traceparent"))
    }
}
