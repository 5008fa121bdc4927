import FoundationEssentials
import Postgres

/// The planned jobs of all applications. What is claimed by one process is not seen by another until the claim
/// has run out.
struct JobTable: Sendable {
    /// A job whose time has come, for the one process that claimed it.
    struct Claim: Sendable {
        var app: String
        var name: String
        var revision: UUID
        var plan: JobPlan
        var data: [UInt8]?
        var tick: Date
        var fired: Int
        var attempts: Int
    }

    let database: PostgresClient
    let lease: Duration

    /// False if there is a job of this name and it was not to be overwritten.
    func add(_ plan: JobPlan, named name: String, of app: String, first: Date, expires: Date?) async throws
        -> Bool
    {
        let condition: SQL = plan.isOverwriting ? "" : "WHERE job.expires_at <= now()"
        return try await database.execute(
            """
            INSERT INTO broker.job (app_id, name, plan, data, revision, tick_at, due_at, expires_at)
            VALUES (\(app), \(name), \(json: plan.description.bytes), \(plan.data), gen_random_uuid(),
                \(first), \(first), \(expires))
            ON CONFLICT (app_id, name) DO UPDATE SET plan = excluded.plan, data = excluded.data,
                revision = excluded.revision, tick_at = excluded.tick_at, due_at = excluded.due_at,
                expires_at = excluded.expires_at, fired = 0, attempts = 0, claimed_until = NULL,
                created_at = now()
            \(fragment: condition)
            """) == 1
    }

    func job(_ name: String, of app: String) async throws -> (description: JSONNode, data: [UInt8]?)? {
        let rows = try await database.query(
            """
            SELECT plan::text AS plan, data FROM broker.job
            WHERE app_id = \(app) AND name = \(name) AND (expires_at IS NULL OR expires_at > now())
            """)
        guard let row = rows.first else { return nil }
        return (try Self.description(in: row), try row.value("data"))
    }

    func remove(_ name: String, of app: String) async throws {
        try await database.execute("DELETE FROM broker.job WHERE app_id = \(app) AND name = \(name)")
    }

    /// The job that has been due for longest, if nobody else has it.
    func claim(for app: String) async throws -> Claim? {
        let rows = try await database.query(
            """
            UPDATE broker.job SET claimed_until = clock_timestamp() + make_interval(secs => \(lease.seconds))
            WHERE (app_id, name) = (
                SELECT app_id, name FROM broker.job
                WHERE app_id = \(app) AND due_at <= clock_timestamp()
                    AND (claimed_until IS NULL OR claimed_until <= clock_timestamp())
                    AND (expires_at IS NULL OR expires_at > clock_timestamp())
                ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING name, revision, plan::text AS plan, data, tick_at, fired, attempts
            """)
        guard let row = rows.first else { return nil }
        return Claim(
            app: app, name: try row.value("name"), revision: try row.value("revision"),
            plan: try JobPlan(stored: try Self.description(in: row)), data: try row.value("data"),
            tick: try row.value("tick_at"), fired: try row.value("fired"),
            attempts: try row.value("attempts"))
    }

    /// Keeps a claim while the application works.
    func renew(_ claim: Claim) async throws {
        try await database.execute(
            """
            UPDATE broker.job SET claimed_until = clock_timestamp() + make_interval(secs => \(lease.seconds))
            WHERE \(fragment: Self.same(claim))
            """)
    }

    /// The tick is over, taken or given up: the next one is planned, or the job is done.
    func conclude(_ claim: Claim) async throws {
        guard let next = claim.plan.next(after: claim.tick, fired: claim.fired + 1) else {
            try await database.execute("DELETE FROM broker.job WHERE \(fragment: Self.same(claim))")
            return
        }
        try await database.execute(
            """
            UPDATE broker.job SET tick_at = \(next), due_at = \(next), fired = fired + 1, attempts = 0,
                claimed_until = NULL
            WHERE \(fragment: Self.same(claim))
            """)
    }

    /// The same tick again, after a pause.
    func postpone(_ claim: Claim, by pause: Duration) async throws {
        try await database.execute(
            """
            UPDATE broker.job SET due_at = clock_timestamp() + make_interval(secs => \(pause.seconds)),
                attempts = attempts + 1, claimed_until = NULL
            WHERE \(fragment: Self.same(claim))
            """)
    }

    /// Forgets jobs that come no more, and tells how long it is until something is due; nil if nothing is.
    func timeUntilNext(for app: String) async throws -> Duration? {
        try await database.execute(
            "DELETE FROM broker.job WHERE app_id = \(app) AND expires_at <= clock_timestamp()")
        let rows = try await database.query(
            """
            SELECT extract(epoch FROM min(greatest(due_at, coalesce(claimed_until, due_at)))
                - clock_timestamp())::double precision AS seconds
            FROM broker.job WHERE app_id = \(app)
            """)
        guard let seconds = try rows.first?.value("seconds", as: Double?.self) else { return nil }
        return .milliseconds(Int64(max(0, min(seconds, 86_400)) * 1000) + 1)
    }

    private static func same(_ claim: Claim) -> SQL {
        "app_id = \(claim.app) AND name = \(claim.name) AND revision = \(claim.revision)"
    }

    private static func description(in row: PostgresRow) throws -> JSONNode {
        JSONReader.read(Array(try row.value("plan", as: String.self).utf8)) ?? .object([:])
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
