import Postgres
import Testing

@testable import Supervisor

extension RealServer {
    @Suite(.timeLimit(.minutes(2))) struct DatabaseGrantsTests {
        private static let denied = "42501"

        private func grantees(_ addresses: DatabaseAddresses) -> [DatabaseGrants.Grantee] {
            RoleTable.all.flatMap(\.logins).map {
                DatabaseGrants.Grantee(login: $0, name: addresses.account(of: $0).name)
            }
        }

        private func grant(_ server: borrowing PrivateServer) async throws {
            let grants = DatabaseGrants(
                schemas: RoleTable.all.map(\.schema), grantees: grantees(server.addresses))
            let owner = server.addresses.url(of: .owner)
            try await OneConnection.run(owner) { try await grants.apply(on: $0) }
        }

        private func check(
            _ url: String, allowed: [String], refused: [String],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            try await OneConnection.run(url) { client in
                for sql in allowed {
                    let state = try await PrivateServer.refusal(sql, on: client)
                    #expect(state == nil, "\(sql)", sourceLocation: sourceLocation)
                }
                for sql in refused {
                    let state = try await PrivateServer.refusal(sql, on: client)
                    #expect(state == Self.denied, "\(sql)", sourceLocation: sourceLocation)
                }
            }
        }

        @Test func `each login may do its own work and nothing else`() async throws {
            let server = try await PrivateServer.start()
            try await server.provisioning.run()
            try await server.script(PrivateServer.tables, as: server.addresses.url(of: .owner))
            try await grant(server)
            try await grant(server)
            try await check(
                server.url(.api),
                allowed: [
                    "SELECT * FROM tasks.task", "INSERT INTO tasks.outbox VALUES (1)", "SELECT tasks.one()",
                    "DELETE FROM tasks.idempotency_key", "LISTEN tasks_outbox",
                ],
                refused: [
                    "SELECT * FROM tasks.outbox", "UPDATE tasks.outbox SET id = 2",
                    "DELETE FROM tasks.outbox",
                    "SELECT * FROM tasks.outbox_lease", "SELECT * FROM tasks.schema_migrations",
                    "SELECT * FROM audit.entry", "CREATE TABLE tasks.mine (id int)",
                    "CREATE TABLE public.mine (id int)", "CREATE TEMPORARY TABLE mine (id int)",
                    "CREATE SCHEMA mine", "ALTER TABLE tasks.task DISABLE ROW LEVEL SECURITY",
                    "ALTER TABLE tasks.task ADD COLUMN more int", "DROP POLICY own ON tasks.task",
                    "TRUNCATE tasks.task", "SET ROLE todo_owner", "ALTER ROLE tasks_api BYPASSRLS",
                    "CREATE ROLE more",
                ])
            try await check(
                server.url(.worker),
                allowed: [
                    "SELECT * FROM tasks.outbox", "UPDATE tasks.outbox SET id = 2",
                    "DELETE FROM tasks.outbox",
                    "INSERT INTO tasks.outbox_lease VALUES (1)", "SELECT * FROM tasks.idempotency_key",
                    "DELETE FROM tasks.idempotency_key",
                ],
                refused: [
                    "SELECT * FROM tasks.task", "DELETE FROM tasks.task",
                    "INSERT INTO tasks.outbox VALUES (1)",
                    "INSERT INTO tasks.idempotency_key VALUES (1)", "SELECT tasks.one()",
                    "SELECT * FROM audit.entry", "CREATE TABLE tasks.mine (id int)",
                ])
            try await check(
                server.url(.service),
                allowed: ["INSERT INTO audit.entry VALUES (1)", "DELETE FROM audit.inbox"],
                refused: [
                    "DELETE FROM audit.entry", "UPDATE audit.entry SET id = 2", "SELECT * FROM tasks.outbox",
                ])
            await server.stop()
        }

        @Test func `no serving login passes row-level security, and the worker prunes what is not its own`()
            async throws
        {
            let server = try await PrivateServer.start()
            try await server.provisioning.run()
            try await server.script(PrivateServer.tables, as: server.addresses.url(of: .owner))
            try await grant(server)
            let names = RoleTable.all.flatMap(\.logins).map(\.name) + [DatabaseLogin.sidecar.name]
            try await OneConnection.run(try #require(server.administrator("todo"))) { client in
                let mighty = try await client.query(
                    """
                    SELECT 1 AS one FROM pg_roles WHERE rolname = ANY (\(names))
                      AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
                    """)
                #expect(mighty.isEmpty)
                let members = try await client.query(
                    """
                    SELECT 1 AS one FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member
                    WHERE rolname = ANY (\(names))
                    """)
                #expect(members.isEmpty)
                try await client.script(
                    "INSERT INTO tasks.task VALUES (1, 'a'), (2, 'b'); "
                        + "INSERT INTO tasks.idempotency_key VALUES (1, 'a'), (2, 'b')")
            }
            try await OneConnection.run(server.url(.api)) { client in
                let seen = try await client.transaction(settings: ["app.user_id": "a"]) {
                    try await $0.query("SELECT id FROM tasks.task").map { try $0.value("id", as: Int.self) }
                }
                #expect(seen == [1])
                #expect(try await client.query("SELECT id FROM tasks.task").isEmpty)
            }
            try await OneConnection.run(server.url(.worker)) { client in
                let pruned = try await client.execute("DELETE FROM tasks.idempotency_key")
                #expect(pruned == 2)
            }
            await server.stop()
        }

        @Test func `a login that owns the schemas or passes policies is refused for serving`() async throws {
            let server = try await PrivateServer.start()
            try await server.provisioning.run()
            try await server.script("CREATE ROLE mighty LOGIN BYPASSRLS", as: server.administrator())
            let login = try #require(RoleTable.all.first?.logins.first)
            let cases: [(String, SupervisorError)] = [
                ("mighty", .servingLoginTooMighty(login: "mighty")),
                ("todo_owner", .servingLoginIsOwner(login: "todo_owner")),
            ]
            for (name, expected) in cases {
                let grants = DatabaseGrants(schemas: ["tasks"], grantees: [.init(login: login, name: name)])
                await #expect(throws: expected) {
                    try await OneConnection.run(server.addresses.url(of: .owner)) {
                        try await grants.apply(on: $0)
                    }
                }
            }
            await server.stop()
        }

        @Test func `rights are given in the order of the rules`() {
            let login = DatabaseLogin(name: "t_worker", key: "K", schema: "t", purpose: .worker)
            let tables = [
                DatabaseGrants.Table(schema: "t", name: "outbox", isGuarded: false),
                DatabaseGrants.Table(schema: "t", name: "idempotency", isGuarded: true),
                DatabaseGrants.Table(schema: "t", name: "task", isGuarded: true),
            ]
            let script = DatabaseGrants.script(
                schema: "t", tables: tables, to: [.init(login: login, name: "we\"ird")])
            #expect(script.contains("GRANT SELECT, UPDATE, DELETE ON t.\"outbox\" TO \"we\"\"ird\";"))
            #expect(script.contains("CREATE POLICY sees_all_rows ON t.\"idempotency\" TO \"we\"\"ird\""))
            #expect(!script.contains("t.\"task\""))
        }
    }
}
