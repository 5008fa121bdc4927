import EventFlow
import FoundationEssentials
import Postgres

/// What the sidecar is to be told of one reminder.
struct JobIntent: Sendable {
    let id: UUID
    /// When the job is to come; nil if there is to be none.
    let wanted: Date?
    let isErased: Bool
    let attempts: Int
    let setAt: Date
    let carrier: TraceCarrier
}

/// All SQL on jobs: rows whose job is not the one they want.
enum JobStore {
    /// Takes intents for a while, the most urgent first.
    static func claim(
        at now: Date, lease: TimeInterval, upTo limit: Int, on database: PostgresClient
    ) async throws -> [JobIntent] {
        try await database.query(
            """
            UPDATE reminders.reminder AS r SET job_not_before = \(now.addingTimeInterval(lease))
            WHERE r.id IN (
              SELECT id FROM reminders.reminder WHERE job_pending AND job_not_before <= \(now)
              ORDER BY fire_at NULLS LAST LIMIT \(limit) FOR UPDATE SKIP LOCKED)
            RETURNING r.id, r.state, r.fire_at, r.job_attempts, r.changed_at, r.traceparent, r.tracestate
            """
        ).map { row in
            let state: String = try row.value("state")
            let fireAt: Date? = try row.value("fire_at")
            return JobIntent(
                id: try row.value("id"), wanted: state == "waiting" ? fireAt : nil,
                isErased: state == "erased", attempts: try row.value("job_attempts"),
                setAt: try row.value("changed_at"),
                carrier: TraceCarrier(
                    traceparent: try row.value("traceparent"), tracestate: try row.value("tracestate")))
        }
    }

    /// Notes what the sidecar has now. What was changed meanwhile is wanted again.
    static func settle(_ intent: JobIntent, on database: PostgresClient) async throws {
        if intent.isErased {
            _ = try await database.execute(
                "DELETE FROM reminders.reminder WHERE id = \(intent.id) AND state = 'erased'")
            return
        }
        _ = try await database.execute(
            """
            UPDATE reminders.reminder SET job_not_before = '-infinity', job_attempts = 0,
              job_at = CASE WHEN state = 'fired' THEN NULL ELSE \(intent.wanted)::timestamptz END,
              job_pending = CASE WHEN state = 'fired' THEN false ELSE
                (CASE WHEN state = 'waiting' THEN fire_at END) IS DISTINCT FROM \(intent.wanted)::timestamptz END
            WHERE id = \(intent.id)
            """)
    }

    /// Lets an intent go until a moment.
    static func postpone(_ intent: JobIntent, until moment: Date, on database: PostgresClient) async throws {
        _ = try await database.execute(
            """
            UPDATE reminders.reminder SET job_not_before = \(moment), job_attempts = job_attempts + 1
            WHERE id = \(intent.id) AND job_pending
            """)
    }

    static func pending(on database: PostgresClient) async throws -> Int {
        try await database.query("SELECT count(*) FROM reminders.reminder WHERE job_pending").first?
            .value(at: 0) ?? 0
    }
}
