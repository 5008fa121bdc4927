import Postgres

/// Makes logins, databases, schemas and grants, or brings them up to date: safe to repeat at every start.
///
/// One database `todo` with a schema and a login per role. Schemas belong to the owner that migrates; a role's login
/// may use its own schema and nothing else (E6, Z8). The sidecar has a database of its own.
struct DatabaseProvisioning: Sendable {
    let addresses: DatabaseAddresses
    let secrets: PlatformSecrets
    let roles: [RoleSpecification]

    func run() async throws(SupervisorError) {
        do {
            try await withClient("postgres") { client in
                try await client.transaction { transaction in
                    // Statements with passwords must not reach the server's log, whatever its settings are.
                    try await transaction.script(
                        "SET LOCAL log_min_error_statement = panic; SET LOCAL log_statement = none; "
                            + "SET LOCAL log_min_duration_statement = -1")
                    try await transaction.script(loginScript)
                }
                try await makeDatabase(client, DatabaseAddresses.database, owner: DatabaseAddresses.owner)
                try await makeDatabase(
                    client, DatabaseAddresses.sidecarDatabase, owner: DatabaseAddresses.sidecarLogin)
                try await client.script(connectScript)
            }
            try await withClient(DatabaseAddresses.database) { try await $0.script(schemaScript) }
        } catch {
            if Task.isCancelled { throw .stopRequested }
            throw .databaseFailed(step: "making the databases", reason: String(describing: error))
        }
    }

    private var logins: [(name: String, password: String)] {
        [
            (DatabaseAddresses.owner, secrets.ownerPassword),
            (DatabaseAddresses.sidecarLogin, secrets.sidecarPassword),
        ] + roles.map { ($0.login, secrets.apps[$0.name]?.loginPassword ?? "") }
    }

    /// Names come from our own table and passwords are base64url: nothing here needs quoting.
    private var loginScript: String {
        logins.map { login in
            """
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '\(login.name)') THEN
                    CREATE ROLE \(login.name) LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
                END IF;
            END $$;
            ALTER ROLE \(login.name) PASSWORD '\(login.password)';
            """
        }.joined(separator: "\n")
    }

    private var connectScript: String {
        let (todo, sidecar) = (DatabaseAddresses.database, DatabaseAddresses.sidecarDatabase)
        var script =
            "REVOKE ALL ON DATABASE \(todo) FROM PUBLIC; REVOKE ALL ON DATABASE \(sidecar) FROM PUBLIC;\n"
        for role in roles {
            script += "GRANT CONNECT ON DATABASE \(todo) TO \(role.login);\n"
            script += "ALTER ROLE \(role.login) IN DATABASE \(todo) SET search_path = \(role.schema);\n"
        }
        return script
    }

    /// What the owner makes later in a schema is usable by the schema's login at once.
    private var schemaScript: String {
        let owner = DatabaseAddresses.owner
        return roles.map { role in
            let later = "ALTER DEFAULT PRIVILEGES FOR ROLE \(owner) IN SCHEMA \(role.schema)"
            return """
                CREATE SCHEMA IF NOT EXISTS \(role.schema) AUTHORIZATION \(owner);
                GRANT USAGE ON SCHEMA \(role.schema) TO \(role.login);
                \(later) GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO \(role.login);
                \(later) GRANT USAGE, SELECT ON SEQUENCES TO \(role.login);
                \(later) GRANT EXECUTE ON FUNCTIONS TO \(role.login);
                """
        }.joined(separator: "\n")
    }

    private func makeDatabase(_ client: PostgresClient, _ name: String, owner: String) async throws {
        let rows = try await client.query("SELECT 1 AS one FROM pg_database WHERE datname = \(name)")
        if rows.isEmpty {
            try await client.execute("CREATE DATABASE \(identifier: name) OWNER \(identifier: owner)")
        }
    }

    private func withClient(_ database: String, _ body: (PostgresClient) async throws -> Void) async throws {
        var configuration = try PostgresConfiguration(url: addresses.superuser(database: database))
        configuration.maximumConnections = 1
        configuration.applicationName = "todo-supervisor"
        let client = PostgresClient(configuration)
        do {
            try await body(client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }
}
