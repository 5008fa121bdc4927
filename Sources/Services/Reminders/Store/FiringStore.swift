import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// A reminder as the database has it when somebody asks whether it should fire.
struct Candidate: Sendable {
    let id: UUID
    let taskID: UUID
    let state: ReminderState
    let fireAt: Date?
    let carrier: TraceCarrier
}

/// A reminder that was taken from waiting to fired.
struct FiredReminder: Sendable {
    let id: UUID
    let userID: UUID
    let taskID: UUID
    let sequence: Int64
    let dueAt: Date
    /// Nil when the task's own events have not come.
    let title: String?
    let due: DueTime?
}

/// All SQL on firing.
enum FiringStore {
    /// A reminder waits so long for the events of its task, which say what to tell.
    static let patience: TimeInterval = 10

    static func candidate(_ id: UUID, on database: PostgresClient) async throws -> Candidate? {
        try await database.query(
            """
            SELECT id, task_id, state, fire_at, traceparent, tracestate FROM reminders.reminder WHERE id = \(id)
            """
        ).first.map(candidate)
    }

    private static func candidate(_ row: PostgresRow) throws -> Candidate {
        Candidate(
            id: try row.value("id"), taskID: try row.value("task_id"),
            state: ReminderState(rawValue: try row.value("state")) ?? .cancelled,
            fireAt: try row.value("fire_at"),
            carrier: TraceCarrier(
                traceparent: try row.value("traceparent"), tracestate: try row.value("tracestate")))
    }

    /// Those that are due, the oldest first.
    static func due(
        at now: Date, after last: Candidate?, upTo limit: Int, on database: PostgresClient
    ) async throws -> [Candidate] {
        let place: SQL =
            if let last { "AND (fire_at, id) > (\(last.fireAt)::timestamptz, \(last.id)::uuid)" } else { "" }
        return try await database.query(
            """
            SELECT id, task_id, state, fire_at, traceparent, tracestate FROM reminders.reminder
            WHERE state = 'waiting' AND fire_at <= \(now) \(fragment: place) ORDER BY fire_at, id LIMIT \(limit)
            """
        ).map(candidate)
    }

    /// When the next one is due.
    static func nextDue(after now: Date, on database: PostgresClient) async throws -> Date? {
        try await database.query(
            """
            SELECT fire_at FROM reminders.reminder WHERE state = 'waiting' AND fire_at > \(now)
            ORDER BY fire_at, id LIMIT 1
            """
        ).first?.value(at: 0)
    }

    /// Takes a reminder from waiting to fired; nil when somebody else did, when it is not due, or when its task is known
    /// to be done while the reminder's own event has not come.
    static func claim(
        _ id: UUID, at now: Date, in transaction: PostgresTransaction
    ) async throws -> FiredReminder? {
        let row = try await transaction.query(
            """
            UPDATE reminders.reminder AS r SET state = 'fired', fired_for = fire_at, changed_at = \(now),
              job_at = NULL, job_pending = false
            WHERE r.id = \(id) AND r.state = 'waiting' AND r.fire_at <= \(now)
              AND NOT EXISTS (SELECT FROM reminders.task AS t
                WHERE t.id = r.task_id AND NOT t.is_open AND t.version > r.sequence)
              AND (r.fire_at < \(now.addingTimeInterval(-patience))
                OR EXISTS (SELECT FROM reminders.task AS t WHERE t.id = r.task_id))
            RETURNING r.id, r.user_id, r.task_id, r.sequence, r.fired_for, r.snapshot,
              (SELECT t.title FROM reminders.task AS t WHERE t.id = r.task_id) AS title
            """
        ).first
        guard let row else { return nil }
        let text: String = try row.value("snapshot")
        let snapshot = try WireJSON.decode(ReminderSnapshot.self, from: Array(text.utf8))
        return FiredReminder(
            id: try row.value("id"), userID: try row.value("user_id"), taskID: try row.value("task_id"),
            sequence: try row.value("sequence"), dueAt: try row.value("fired_for"),
            title: try row.value("title"), due: snapshot.due)
    }

    /// How many are due and have not fired, and for how long the oldest of them is.
    static func backlog(at now: Date, on database: PostgresClient) async throws -> (due: Int, oldest: Double)
    {
        let rows = try await database.query(
            """
            SELECT count(*), coalesce(extract(epoch FROM \(now)::timestamptz - min(r.fire_at)), 0)::float8
            FROM reminders.reminder AS r
            WHERE r.state = 'waiting' AND r.fire_at <= \(now) AND NOT EXISTS (SELECT FROM reminders.task AS t
              WHERE t.id = r.task_id AND NOT t.is_open AND t.version > r.sequence)
            """)
        guard let row = rows.first else { return (0, 0) }
        return (try row.value(at: 0), try row.value(at: 1))
    }
}
