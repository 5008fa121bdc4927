/// Brings one schema up to date, forward only.
///
/// Works on a connection that is thrown away afterwards: it holds a session lock, so that of several
/// processes that start together one migrates and the others find nothing to do, and it has no statement
/// timeout. Each migration runs in one transaction with its entry in `<schema>.schema_migrations`;
/// unqualified names mean the schema. The role may lack the right to create schemas when the schema is
/// there already.
public struct Migrator: Sendable {
    private let schema: String
    private let migrations: [Migration]

    /// - Parameter migrations: The whole history, oldest first.
    public init(schema: String, migrations: [Migration]) {
        self.schema = schema
        self.migrations = migrations
    }

    /// Applies what is missing and returns its names.
    @discardableResult
    public func apply(on client: PostgresClient) async throws -> [String] {
        let session = try await ThrowawaySession(client)
        do {
            let names = try await apply(in: session)
            session.end()
            return names
        } catch {
            session.end()
            throw error
        }
    }

    private func apply(in session: ThrowawaySession) async throws -> [String] {
        let schema = quoted(identifier: self.schema)
        try await session.script("SET statement_timeout TO 0")
        try await session.query(
            "SELECT pg_advisory_lock(hashtextextended(\("schema_migrations " + self.schema), 0))")
        try await prepareTable(in: session)
        try await session.script("SET search_path TO \(schema), public")
        var applied: [String: String] = [:]
        for row in try await session.query(
            "SELECT name, checksum FROM \(unescaped: schema).schema_migrations")
        {
            applied[try row.value("name")] = try row.value("checksum", as: String.self)
        }
        let plan = try MigrationPlan(migrations, applied: applied)
        for migration in plan.pending { try await apply(migration, in: session) }
        return plan.pending.map(\.name)
    }

    private func prepareTable(in session: ThrowawaySession) async throws {
        let schema = quoted(identifier: self.schema)
        if try await session.query("SELECT 1 FROM pg_namespace WHERE nspname = \(self.schema)").isEmpty {
            try await session.script("CREATE SCHEMA \(schema)")
        }
        let table = "\(schema).schema_migrations"
        let found = try await session.query("SELECT to_regclass(\(table)) IS NOT NULL AS found")
        if try found.first?.value("found", as: Bool.self) != true {
            try await session.script(
                """
                CREATE TABLE \(table) (
                    name text PRIMARY KEY,
                    checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """)
        }
    }

    private func apply(_ migration: Migration, in session: ThrowawaySession) async throws(PostgresError) {
        do {
            try await session.script("BEGIN")
            try await session.script(migration.sql)
            try await session.query(
                """
                INSERT INTO \(unescaped: quoted(identifier: schema)).schema_migrations (name, checksum)
                VALUES (\(migration.name), \(migration.checksum))
                """)
            try await session.script("COMMIT")
        } catch {
            guard error.sqlState != nil else { throw error }
            throw .migration(name: migration.name, reason: error.description)
        }
    }
}

/// A connection out of the pool that never goes back: whatever was done to its session ends with it.
struct ThrowawaySession: Sendable {
    private let client: PostgresClient
    private let connection: UInt64

    init(_ client: PostgresClient) async throws(PostgresError) {
        self.client = client
        // An idle connection may have died unnoticed; the few statements before the first one that matters
        // are free.
        try await client.ping()
        connection = try await client.pool.acquire()
    }

    @discardableResult
    func query(_ sql: SQL) async throws(PostgresError) -> [PostgresRow] {
        let statement = try sql.checkedStatement()
        return try await perform(.packet([statement]))?.rows ?? []
    }

    func script(_ sql: String) async throws(PostgresError) {
        try sql.checkIsSendable()
        _ = try await perform(.script(sql))
    }

    func end() { client.pool.release(connection, isReusable: false) }

    private func perform(_ work: ConnectionRequest.Work) async throws(PostgresError) -> QueryResult? {
        let poller = client.pool.poller
        return try await poller.perform { id, complete in
            poller.run(
                ConnectionRequest(id: id, work: work, timeLimit: nil, complete: complete), on: connection)
        }.result.get()
    }
}
