import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// Where a reminder stands.
enum ReminderState: String, Sendable {
    /// It will fire at its instant.
    case waiting
    /// It hangs on a due time or a start that its task has not got.
    case idle
    case fired
    /// Its instant was past when it was set.
    case passed
    case cancelled
    /// Its user is gone; the row goes when the sidecar has forgotten the job.
    case erased
}

/// A reminder as an event left it.
struct KeptReminder: Sendable {
    let id: UUID
    let userID: UUID
    let taskID: UUID
    let sequence: Int64
    let snapshot: ReminderSnapshot
    let state: ReminderState
    let fireAt: Date?
    let carrier: TraceCarrier
}

/// A reminder that waits, with the settings that its instant follows from.
struct WaitingReminder: Sendable {
    let id: UUID
    let snapshot: ReminderSnapshot
    let fireAt: Date
    let person: Person
}

/// All SQL on reminders as they are set.
enum ReminderStore {
    /// What the sidecar should have a job for; a fragment for each statement that changes a row.
    private static let jobIsWrong: SQL =
        "(CASE WHEN state = 'waiting' THEN fire_at END) IS DISTINCT FROM job_at"

    /// False when what is known is as new. One that has fired for this very instant stays fired.
    static func keep(
        _ kept: KeptReminder, at now: Date, in transaction: PostgresTransaction
    ) async throws -> Bool {
        let snapshot = String(decoding: try WireJSON.encode(kept.snapshot), as: UTF8.self)
        let isNew =
            try await transaction.execute(
                """
                INSERT INTO reminders.reminder AS known
                  (id, user_id, task_id, sequence, snapshot, state, fire_at, changed_at, traceparent, tracestate)
                VALUES (\(kept.id), \(kept.userID), \(kept.taskID), \(kept.sequence), \(snapshot),
                  \(kept.state.rawValue), \(kept.fireAt), \(now), \(kept.carrier.traceparent),
                  \(kept.carrier.tracestate))
                ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, snapshot = excluded.snapshot,
                  state = CASE WHEN excluded.state = 'waiting' AND excluded.fire_at = known.fired_for
                    THEN 'fired' ELSE excluded.state END,
                  fire_at = excluded.fire_at, changed_at = excluded.changed_at,
                  traceparent = excluded.traceparent, tracestate = excluded.tracestate, job_attempts = 0
                WHERE known.sequence < excluded.sequence AND known.state <> 'erased'
                """) == 1
        if isNew {
            try await transaction.execute(
                """
                UPDATE reminders.reminder SET job_pending = \(fragment: jobIsWrong) WHERE id = \(kept.id)
                """)
        }
        return isNew
    }

    private static let waitingColumns: SQL = """
        SELECT r.id, r.snapshot, r.fire_at, p.time_zone, p.default_reminder_time
        FROM reminders.reminder AS r JOIN reminders.person AS p ON p.user_id = r.user_id
        WHERE r.state = 'waiting'
        """

    /// The reminders of a user that wait, locked, in the order of their ids.
    static func waiting(
        of user: UUID, after last: UUID?, upTo limit: Int, in transaction: PostgresTransaction
    ) async throws -> [WaitingReminder] {
        try await transaction.query(
            waitingColumns
                + """
                 AND r.user_id = \(user) AND (\(last)::uuid IS NULL OR r.id > \(last)) ORDER BY r.id LIMIT \(limit)
                FOR UPDATE OF r
                """
        ).map(waiting)
    }

    /// The same of everybody. Settings are held as well, so that none change in between.
    static func waiting(
        after last: UUID?, upTo limit: Int, in transaction: PostgresTransaction
    ) async throws -> [WaitingReminder] {
        try await transaction.query(
            waitingColumns
                + """
                 AND (\(last)::uuid IS NULL OR r.id > \(last)) ORDER BY r.id LIMIT \(limit)
                FOR UPDATE OF r FOR SHARE OF p
                """
        ).map(waiting)
    }

    private static func waiting(_ row: PostgresRow) throws -> WaitingReminder {
        let text: String = try row.value("snapshot")
        return WaitingReminder(
            id: try row.value("id"),
            snapshot: try WireJSON.decode(ReminderSnapshot.self, from: Array(text.utf8)),
            fireAt: try row.value("fire_at"), person: try PersonStore.person(row))
    }

    static func move(_ moved: [(UUID, Date)], in transaction: PostgresTransaction) async throws {
        let (ids, instants) = (moved.map(\.0), moved.map(\.1))
        try await transaction.execute(
            """
            UPDATE reminders.reminder AS r SET fire_at = new.fire_at,
              state = CASE WHEN new.fire_at = r.fired_for THEN 'fired' ELSE r.state END,
              job_pending = new.fire_at IS DISTINCT FROM r.job_at
            FROM unnest(\(ids)::uuid[], \(instants)::timestamptz[]) AS new (id, fire_at) WHERE r.id = new.id
            """)
    }

    static func erase(of user: UUID, in transaction: PostgresTransaction) async throws {
        try transaction.send(
            "DELETE FROM reminders.reminder WHERE user_id = \(user) AND job_at IS NULL AND NOT job_pending")
        try await transaction.execute(
            """
            UPDATE reminders.reminder SET state = 'erased', snapshot = '', fire_at = NULL, job_pending = true,
              traceparent = NULL, tracestate = NULL
            WHERE user_id = \(user)
            """)
    }

    /// Forgets what will not fire any more.
    static func prune(before moment: Date, upTo limit: Int, on database: PostgresClient) async throws -> Int {
        try await database.execute(
            """
            DELETE FROM reminders.reminder WHERE id IN (
              SELECT id FROM reminders.reminder WHERE changed_at < \(moment) AND state <> 'waiting'
                AND state <> 'idle' AND NOT job_pending LIMIT \(limit))
            """)
    }
}
