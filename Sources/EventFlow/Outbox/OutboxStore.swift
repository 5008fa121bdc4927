import FoundationEssentials
import Postgres

/// All statements of the relay.
struct OutboxStore: Sendable {
    let schema: String
    let source: String
    let database: PostgresClient

    /// Takes or renews the right to send; false while another relay holds it.
    func lease(holder: UUID, for duration: Duration) async throws -> Bool {
        let seconds = Double(duration.components.seconds)
        return try await database.execute(
            """
            INSERT INTO \(unescaped: schema).outbox_lease AS lease (id, holder, held_until)
            VALUES (1, \(holder), now() + make_interval(secs => \(seconds)))
            ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
            WHERE lease.holder = excluded.holder OR lease.held_until < now()
            """) == 1
    }

    /// Gives the lease back, so that a successor need not wait for its end.
    func release(holder: UUID) async throws {
        try await database.execute(
            "DELETE FROM \(unescaped: schema).outbox_lease WHERE holder = \(holder)")
    }

    /// The oldest unsent event of each key whose turn has come.
    func heads(limit: Int) async throws -> [OutboxRow] {
        try await database.query(
            """
            SELECT id, topic, type, subject, partition_key, sequence, user_id, actor, payload, traceparent,
              tracestate, created_at, attempts
            FROM \(unescaped: schema).outbox AS head
            WHERE parked_at IS NULL AND not_before <= now() AND NOT EXISTS (
              SELECT 1 FROM \(unescaped: schema).outbox AS earlier
              WHERE earlier.topic = head.topic AND earlier.partition_key = head.partition_key
                AND earlier.parked_at IS NULL
                AND (earlier.sequence, earlier.id) < (head.sequence, head.id))
            ORDER BY created_at LIMIT \(limit)
            """
        ).map { try OutboxRow($0, source: source) }
    }

    /// Forgets what the broker has taken.
    func remove(_ ids: [UUID]) async throws {
        try await database.execute("DELETE FROM \(unescaped: schema).outbox WHERE id = ANY(\(ids))")
    }

    /// Puts an event off after a failure that time may mend.
    func postpone(_ id: UUID, by delay: Duration, reason: String) async throws {
        let seconds = Double(delay.components.seconds) + Double(delay.components.attoseconds) / 1e18
        try await database.execute(
            """
            UPDATE \(unescaped: schema).outbox
            SET attempts = attempts + 1, last_error = \(reason), not_before = now() + make_interval(secs => \(seconds))
            WHERE id = \(id)
            """)
    }

    /// Sets an event aside that the sidecar will never take, so that its key can go on.
    func park(_ id: UUID, reason: String) async throws {
        try await database.execute(
            """
            UPDATE \(unescaped: schema).outbox
            SET attempts = attempts + 1, last_error = \(reason), parked_at = now() WHERE id = \(id)
            """)
    }

    /// How much waits, for how long, and how much is set aside.
    func backlog() async throws -> (pending: Int, oldestSeconds: Double, parked: Int) {
        let rows = try await database.query(
            """
            SELECT count(*) FILTER (WHERE parked_at IS NULL) AS pending,
              coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE parked_at IS NULL)), 0)::float8
                AS oldest,
              count(*) FILTER (WHERE parked_at IS NOT NULL) AS parked
            FROM \(unescaped: schema).outbox
            """)
        guard let row = rows.first else { return (0, 0, 0) }
        return (try row.value("pending"), max(0, try row.value("oldest")), try row.value("parked"))
    }
}
