import FoundationEssentials
import Postgres

/// What has become of events that were sent, to be written down.
struct Settlement: Sendable {
    struct Failure: Sendable {
        var id: UUID
        var topic: String
        /// Attempts that were counted before this one.
        var attempts: Int
        var reason: String
        /// Whether the attempt brings the event nearer to being set aside.
        var isCounted = true
        var pause: Duration = .zero
    }

    var sent: [UUID] = []
    var postponed: [Failure] = []
    var parked: [Failure] = []

    var isEmpty: Bool { sent.isEmpty && postponed.isEmpty && parked.isEmpty }
}

extension OutboxStore {
    /// Writes a round's outcome down, one statement for each kind. Repeating it changes nothing that matters.
    ///
    /// Planned as looks are: a plan from when the table was empty would compare every row with every id.
    func settle(_ settlement: Settlement) async throws {
        guard !settlement.isEmpty else { return }
        try await database.transaction(settings: Self.planning) { transaction in
            if !settlement.sent.isEmpty { try await transaction.execute(removal(of: settlement.sent)) }
            if !settlement.postponed.isEmpty {
                try await transaction.execute(postponement(of: settlement.postponed))
            }
            if !settlement.parked.isEmpty { try await transaction.execute(parking(of: settlement.parked)) }
        }
    }

    func removal(of ids: [UUID]) -> SQL {
        "DELETE FROM \(unescaped: schema).outbox WHERE id = ANY(\(ids))"
    }

    /// Puts events off after failures that time may mend.
    func postponement(of failures: [Settlement.Failure]) -> SQL {
        let counts = failures.map { $0.isCounted ? 1 : 0 }
        return """
            UPDATE \(unescaped: schema).outbox AS o
            SET attempts = attempts + failure.count, last_error = failure.reason,
              not_before = now() + make_interval(secs => failure.pause)
            FROM unnest(\(failures.map(\.id))::uuid[], \(counts)::int[], \(failures.map(\.reason))::text[],
              \(failures.map { $0.pause.inSeconds })::float8[]) AS failure (id, count, reason, pause)
            WHERE o.id = failure.id
            """
    }

    /// Sets events aside that the sidecar will never take, so that their keys can go on.
    func parking(of failures: [Settlement.Failure]) -> SQL {
        """
        UPDATE \(unescaped: schema).outbox AS o
        SET attempts = attempts + 1, last_error = failure.reason, parked_at = now()
        FROM unnest(\(failures.map(\.id))::uuid[], \(failures.map(\.reason))::text[])
          AS failure (id, reason)
        WHERE o.id = failure.id AND o.parked_at IS NULL
        """
    }

    /// How much waits, for how long, and how much is set aside. Reads all there is, so it is for now and then.
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

    /// Tells whoever listens on the channel, itself included.
    func notify(channel: String) async throws {
        let sql: SQL = "SELECT pg_notify(\(channel), '')"
        try await database.execute(sql.summary("NOTIFY \(channel)"))
    }
}
