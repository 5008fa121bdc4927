import Postgres

/// Makes logins, databases and schemas, or brings them up to date: safe to repeat at every start.
///
/// Schemas belong to the owner that migrates; a login that serves may use its own schema and nothing else. What it
/// may do there is `DatabaseGrants`' matter, because tables come with migrations. In the private cluster everything
/// is ours; in a database the user gave, only our logins and schemas are touched.
struct DatabaseProvisioning: Sendable {
    let addresses: DatabaseAddresses
    let roles: [RoleSpecification]

    func run() async throws(SupervisorError) {
        do {
            switch addresses.place {
            case .ownCluster: try await ownCluster()
            case .given: try await givenDatabase()
            case .everyLoginGiven: break
            }
        } catch let error as SupervisorError {
            throw error
        } catch let error as PostgresError {
            if Task.isCancelled { throw .stopRequested }
            throw DatabaseFailure.explain(
                error, key: DatabaseAddresses.givenKey, step: "making logins and schemas")
        } catch {
            throw .stopRequested
        }
    }

    private func ownCluster() async throws {
        let (todo, sidecar) = (DatabaseAddresses.database, DatabaseAddresses.sidecarDatabase)
        try await with("postgres") { client in
            try await makeLogins(client, isSuperuser: true)
            try await makeDatabase(client, todo, owner: .owner)
            try await makeDatabase(client, sidecar, owner: .sidecar)
            var script = ""
            for database in [todo, sidecar, "postgres", "template1"] {
                script += "REVOKE ALL ON DATABASE \(database) FROM PUBLIC;\n"
            }
            try await client.script(script + connectScript(database: todo))
        }
        try await with(todo) { client in
            try await dropFormerLogins(client)
            try await client.script("REVOKE ALL ON SCHEMA public FROM PUBLIC;\n" + schemaScript)
        }
    }

    private func givenDatabase() async throws {
        if let url = addresses.administrator(database: "") {
            try await DatabaseURL.refusePooler(url, key: DatabaseAddresses.givenKey)
        }
        try await with("") { client in
            let rows = try await client.query(
                """
                SELECT current_user AS login, current_database() AS database, rolsuper AS super,
                  rolsuper OR rolcreaterole AS makes_logins,
                  has_database_privilege(current_database(), 'CREATE') AS makes_schemas
                FROM pg_roles WHERE rolname = current_user
                """)
            guard let row = rows.first else { return }
            let login: String = try row.value("login")
            let isSuperuser: Bool = try row.value("super")
            let makesLogins: Bool = try row.value("makes_logins")
            guard makesLogins, try row.value("makes_schemas") else {
                throw SupervisorError.databaseRightsMissing(
                    login: login, right: makesLogins ? "CREATE on the database" : "CREATEROLE",
                    keys: addresses.missingKeys(roles))
            }
            try await makeLogins(client, isSuperuser: isSuperuser)
            let database = SQLText.identifier(try row.value("database"))
            try await client.script(
                (isSuperuser ? "" : membershipScript) + connectScript(database: database) + schemaScript
                    + sidecarSchemaScript)
        }
    }

    private func makeLogins(_ client: PostgresClient, isSuperuser: Bool) async throws {
        let existing = try await client.query("SELECT rolname FROM pg_roles")
            .map { try $0.value("rolname", as: String.self) }
        try await client.transaction { transaction in
            // Two starts at once take turns.
            _ = try await transaction.query(
                "SELECT pg_advisory_xact_lock(hashtextextended('todo logins', 0))")
            if isSuperuser {
                // Statements with passwords must not reach the server's log, whatever its settings are.
                try await transaction.script(
                    "SET LOCAL log_min_error_statement = panic; SET LOCAL log_statement = none; "
                        + "SET LOCAL log_min_duration_statement = -1")
            }
            try await transaction.script(loginScript(existing: Set(existing)))
        }
    }

    /// A login that came with a URL of its own keeps its password.
    private func loginScript(existing: Set<String>) -> String {
        let rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
        return accounts.map { account in
            let name = SQLText.identifier(account.name)
            let password = SQLText.literal(account.password)
            guard existing.contains(account.name) else {
                return "CREATE ROLE \(name) \(rights) PASSWORD \(password);\n"
            }
            return account.isGiven ? "" : "ALTER ROLE \(name) PASSWORD \(password);\n"
        }.joined()
    }

    /// Whoever makes a schema for somebody must be able to act as that somebody.
    private var membershipScript: String {
        [DatabaseLogin.owner, .sidecar].map {
            "GRANT \(name($0)) TO CURRENT_USER;\n"
        }.joined()
    }

    private func connectScript(database: String) -> String {
        DatabaseLogin.all(for: roles).filter { $0.purpose != .sidecar }.map { login in
            var script = "GRANT CONNECT ON DATABASE \(database) TO \(name(login));\n"
            if !login.schema.isEmpty, !addresses.account(of: login).isGiven {
                script +=
                    "ALTER ROLE \(name(login)) IN DATABASE \(database) SET search_path = \(login.schema);\n"
            }
            return script
        }.joined()
    }

    private var schemaScript: String {
        roles.map { "CREATE SCHEMA IF NOT EXISTS \($0.schema) AUTHORIZATION \(name(.owner));\n" }.joined()
    }

    /// Where the sidecar has no database of its own it gets a schema.
    private var sidecarSchemaScript: String {
        let sidecar = DatabaseLogin.sidecar
        return "CREATE SCHEMA IF NOT EXISTS \(sidecar.schema) AUTHORIZATION \(name(sidecar));\n"
    }

    /// Logins of earlier layouts. They own nothing.
    private func dropFormerLogins(_ client: PostgresClient) async throws {
        for login in ["tasks_service"] {
            if try await client.query("SELECT 1 AS one FROM pg_roles WHERE rolname = \(login)").isEmpty {
                continue
            }
            try await client.script("DROP OWNED BY \(login); DROP ROLE \(login)")
        }
    }

    private func makeDatabase(
        _ client: PostgresClient, _ database: String, owner: DatabaseLogin
    ) async throws {
        let rows = try await client.query("SELECT 1 AS one FROM pg_database WHERE datname = \(database)")
        if rows.isEmpty {
            try await client.execute(
                "CREATE DATABASE \(identifier: database) OWNER \(identifier: owner.name)")
        }
    }

    private var accounts: [DatabaseAddresses.Account] {
        DatabaseLogin.all(for: roles).map { addresses.account(of: $0) }
    }

    private func name(_ login: DatabaseLogin) -> String {
        SQLText.identifier(addresses.account(of: login).name)
    }

    private func with(_ database: String, _ body: (PostgresClient) async throws -> Void) async throws {
        guard let url = addresses.administrator(database: database) else { return }
        try await OneConnection.run(url, body)
    }
}
