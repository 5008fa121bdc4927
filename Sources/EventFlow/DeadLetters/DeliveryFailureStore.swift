import FoundationEssentials
import Postgres

/// All statements on `<schema>.delivery_failure`.
struct DeliveryFailureStore: Sendable {
    let schema: String
    let database: PostgresClient

    /// How an event stands after a failure was written down.
    struct Standing: Sendable {
        let attempts: Int
        let unexplained: Int
    }

    private var table: String { "\(schema).delivery_failure" }

    /// Writes down a failed attempt, in a transaction of its own. It is dead when it is poison, or when it
    /// failed without explanation as often as `limit`; what was dead stays dead.
    ///
    /// - Returns: nil when the event had its effect after all, such as when the answer to a COMMIT was lost.
    func record(_ failure: DeliveryFailure, limit: Int) async throws -> Standing? {
        let verdict = failure.verdict
        let unexplained = verdict.kind == .unexplained ? 1 : 0
        let isDead = verdict.kind == .poison || unexplained >= limit
        let isExhausted: SQL =
            "excluded.unexplained > 0 AND known.unexplained + excluded.unexplained >= \(limit)::integer"
        let statement: SQL = """
            \(fragment: insert(failure, attempts: 1, unexplained: unexplained, isDead: isDead))
            ON CONFLICT (event_id, source) DO UPDATE SET
              attempts = known.attempts + 1,
              unexplained = known.unexplained + excluded.unexplained,
              last_reason = CASE WHEN \(fragment: isExhausted) THEN 'attempts_exhausted'
                ELSE excluded.last_reason END,
              last_detail = excluded.last_detail,
              failed_traceparent = excluded.failed_traceparent,
              last_failed_at = now(),
              dead_at = coalesce(known.dead_at, excluded.dead_at, CASE WHEN \(fragment: isExhausted) THEN now() END)
            RETURNING attempts, unexplained
            """
        return try await database.query(statement.summary("UPSERT delivery_failure")).first.map { row in
            Standing(attempts: try row.value("attempts"), unexplained: try row.value("unexplained"))
        }
    }

    /// Keeps what the sidecar gave up, unless it had its effect. What we wrote down ourselves says more and
    /// stays.
    ///
    /// - Returns: whether it was not known to be dead before.
    func keep(_ failure: DeliveryFailure) async throws -> Bool {
        let statement: SQL = """
            \(fragment: insert(failure, attempts: 0, unexplained: 0, isDead: true))
            ON CONFLICT (event_id, source) DO UPDATE SET dead_at = now() WHERE known.dead_at IS NULL
            """
        return try await database.execute(statement.summary("UPSERT delivery_failure")) == 1
    }

    private func insert(_ failure: DeliveryFailure, attempts: Int, unexplained: Int, isDead: Bool) -> SQL {
        """
        INSERT INTO \(unescaped: table) AS known
          (event_id, source, topic, type, subject, partition_key, user_id, actor, sequence, occurred_at, attempts,
           unexplained, last_reason, last_detail, created_traceparent, failed_traceparent, envelope, dead_at)
        SELECT \(failure.eventID)::text, \(failure.source)::text, \(failure.topic)::text, \(failure.type)::text,
          \(failure.subject)::text, \(failure.partitionKey)::text, \(failure.userID)::text, \(failure.actor)::text,
          \(failure.sequence)::bigint, \(failure.occurredAt)::text, \(attempts)::integer, \(unexplained)::integer,
          \(failure.verdict.reason)::text, \(failure.verdict.detail)::text, \(failure.createdTraceparent)::text,
          \(failure.failedTraceparent)::text, \(failure.envelope)::bytea,
          CASE WHEN \(isDead)::boolean THEN now() END
        WHERE NOT EXISTS (SELECT FROM \(unescaped: schema).inbox
          WHERE event_id = \(failure.eventID) AND source = \(failure.source))
        """
    }

    /// Says in the transaction of a replay's effect that the matter is settled.
    func resolve(_ id: Int64, by actor: String, in transaction: PostgresTransaction) async throws {
        try await transaction.execute(
            """
            UPDATE \(unescaped: table) SET resolved_at = now(), decided_by = \(actor), envelope = NULL
            WHERE id = \(id) AND resolved_at IS NULL
            """)
    }

    /// Gives an open one up for good; false when it is not open.
    func discard(_ id: Int64, by actor: String) async throws -> Bool {
        try await database.execute(
            """
            UPDATE \(unescaped: table) AS failure SET discarded_at = now(), decided_by = \(actor), envelope = NULL
            WHERE id = \(id) AND \(fragment: condition(.open))
            """) == 1
    }

    /// What the rows of a state have in common. The event's place in the inbox settles a matter as well.
    func condition(_ state: DeadLetter.State) -> SQL {
        let handled: SQL = """
            EXISTS (SELECT FROM \(unescaped: schema).inbox
              WHERE inbox.event_id = failure.event_id AND inbox.source = failure.source)
            """
        return switch state {
        case .open:
            """
            dead_at IS NOT NULL AND resolved_at IS NULL AND discarded_at IS NULL AND NOT \(fragment: handled)
            """
        case .retrying:
            "dead_at IS NULL AND resolved_at IS NULL AND discarded_at IS NULL AND NOT \(fragment: handled)"
        case .resolved: "(resolved_at IS NOT NULL OR \(fragment: handled))"
        case .discarded: "discarded_at IS NOT NULL AND resolved_at IS NULL"
        }
    }
}
