import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// An occurrence that is asked for, held by this process for a while.
struct WantedOccurrence: Sendable {
    let due: OccurrenceDue
    let userID: UUID
    /// The zone of the user's clock.
    let timeZone: String
    /// This one included.
    let attempt: Int
    let createdAt: Date
    let carrier: TraceCarrier
    /// Who holds the claim.
    let holder: UUID
}

/// All SQL on occurrences that are asked for.
struct OccurrenceStore: Sendable {
    let database: PostgresClient

    /// Writes down what an event asks for, with the trace that it came in.
    static func note(
        _ due: OccurrenceDue, of user: UUID, at now: Date, in transaction: PostgresTransaction
    ) async throws {
        let carrier = TraceCarrier.current()
        let request = String(decoding: try WireJSON.encode(due), as: UTF8.self)
        try await transaction.execute(
            """
            INSERT INTO recurring.occurrence
              (series_id, occurrence_key, user_id, request, not_before, created_at, traceparent, tracestate)
            VALUES (\(due.series.id.uuid), \(due.occurrenceKey), \(user), \(request), \(now), \(now),
              \(carrier.traceparent), \(carrier.tracestate))
            ON CONFLICT DO NOTHING
            """)
    }

    /// Takes what is due for a while. A claim lapses by itself when its holder dies.
    func claim(
        by holder: UUID, at now: Date, lease: TimeInterval, most: Int
    ) async throws -> [WantedOccurrence] {
        try await database.query(
            """
            WITH chosen AS (
              SELECT series_id, occurrence_key FROM recurring.occurrence
              WHERE not_before <= \(now) AND claimed_until < \(now)
              ORDER BY not_before LIMIT \(most) FOR UPDATE SKIP LOCKED)
            UPDATE recurring.occurrence AS wanted SET attempts = wanted.attempts + 1, claimed_by = \(holder),
              claimed_until = \(now.addingTimeInterval(lease))
            FROM chosen
            WHERE wanted.series_id = chosen.series_id AND wanted.occurrence_key = chosen.occurrence_key
            RETURNING wanted.request, wanted.user_id, wanted.attempts, wanted.created_at, wanted.traceparent,
              wanted.tracestate,
              coalesce((SELECT time_zone FROM recurring.person WHERE user_id = wanted.user_id), 'UTC') AS zone
            """
        ).map { row in
            let request: String = try row.value("request")
            return WantedOccurrence(
                due: try WireJSON.decode(OccurrenceDue.self, from: Array(request.utf8)),
                userID: try row.value("user_id"), timeZone: try row.value("zone"),
                attempt: try row.value("attempts"), createdAt: try row.value("created_at"),
                carrier: TraceCarrier(
                    traceparent: try row.value("traceparent"), tracestate: try row.value("tracestate")),
                holder: holder)
        }
    }

    /// Removes what is done with; false when the claim was lost meanwhile.
    static func finish(
        _ wanted: WantedOccurrence, in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            DELETE FROM recurring.occurrence
            WHERE series_id = \(wanted.due.series.id.uuid) AND occurrence_key = \(wanted.due.occurrenceKey)
              AND claimed_by = \(wanted.holder)
            """) == 1
    }

    /// Lets it go until a moment.
    func postpone(_ wanted: WantedOccurrence, until moment: Date, reason: String) async throws {
        _ = try await database.query(
            """
            UPDATE recurring.occurrence
            SET not_before = \(moment), reason = \(reason), claimed_by = NULL, claimed_until = '-infinity'
            WHERE series_id = \(wanted.due.series.id.uuid) AND occurrence_key = \(wanted.due.occurrenceKey)
              AND claimed_by = \(wanted.holder)
            """)
    }

    /// How many wait, and for how many seconds the oldest does.
    func backlog(at now: Date) async throws -> (pending: Int, oldest: Double) {
        let rows = try await database.query(
            "SELECT count(*) AS pending, min(created_at) AS oldest FROM recurring.occurrence")
        guard let row = rows.first else { return (0, 0) }
        let oldest: Date? = try row.value("oldest")
        return (try row.value("pending"), oldest.map { max(0, now.timeIntervalSince($0)) } ?? 0)
    }
}
