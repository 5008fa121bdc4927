import Postgres
import Testing

@testable import Supervisor

extension RealServer {
    @Suite(.timeLimit(.minutes(2))) struct DatabaseProvisioningTests {
        @Test func `a folder of the first layout loses its single tasks login`() async throws {
            let server = try await PrivateServer.start()
            let folder = server.folder
            try await server.script("CREATE ROLE todo_owner LOGIN", as: server.administrator())
            try await server.script("CREATE DATABASE todo OWNER todo_owner", as: server.administrator())
            try await server.script(
                """
                CREATE ROLE tasks_service LOGIN; CREATE ROLE audit_service LOGIN;
                CREATE SCHEMA tasks AUTHORIZATION todo_owner; CREATE SCHEMA audit AUTHORIZATION todo_owner;
                GRANT CONNECT ON DATABASE todo TO tasks_service; GRANT USAGE ON SCHEMA tasks TO tasks_service;
                ALTER ROLE tasks_service IN DATABASE todo SET search_path = tasks;
                ALTER DEFAULT PRIVILEGES FOR ROLE todo_owner IN SCHEMA tasks GRANT ALL ON TABLES TO tasks_service;
                ALTER DEFAULT PRIVILEGES FOR ROLE todo_owner IN SCHEMA audit GRANT ALL ON TABLES TO audit_service;
                SET ROLE todo_owner; CREATE TABLE tasks.task (id int); INSERT INTO tasks.task VALUES (7);
                CREATE TABLE audit.entry (id int); RESET ROLE;
                """, as: server.administrator("todo"))
            #expect(throws: Never.self) { try DataLayout.check(folder) }

            try await server.provisioning.run()
            let setup = DatabaseSetup(
                environment: ["TODO_OWNER_DATABASE_URL": server.addresses.url(of: .owner)],
                dataFolder: folder.path)
            try await OneConnection.run(try await setup.prepare()) { try await setup.grant(on: $0) }

            try await OneConnection.run(try #require(server.administrator("todo"))) { client in
                let old = try await client.query(
                    "SELECT 1 AS one FROM pg_roles WHERE rolname = 'tasks_service'")
                #expect(old.isEmpty)
            }
            try await OneConnection.run(server.url(.api)) { client in
                let rows = try await client.query("SELECT id FROM task")
                #expect(rows.count == 1)
            }
            try await OneConnection.run(server.url(.service)) { client in
                let refusal = try await PrivateServer.refusal("DELETE FROM entry", on: client)
                #expect(refusal == "42501")
            }
            await server.stop()
        }

        @Test func `one URL with CREATEROLE becomes every login, with passwords from the data folder`()
            async throws
        {
            let server = try await PrivateServer.start()
            let (base, folder) = ("127.0.0.1:\(server.port)/mine?sslmode=disable", server.folder)
            try await server.script(
                "CREATE ROLE me LOGIN CREATEROLE PASSWORD 'p'", as: server.administrator())
            try await server.script("CREATE DATABASE mine OWNER me", as: server.administrator())
            let environment = ["DATABASE_URL": "postgres://me:p@\(base)"]
            let setup = DatabaseSetup(environment: environment, dataFolder: folder.path)
            for _ in 0..<2 {
                let owner = try await setup.prepare()
                try await OneConnection.run(owner) { client in
                    try await client.script("CREATE TABLE IF NOT EXISTS tasks.outbox (id int)")
                    try await setup.grant(on: client)
                }
            }
            let addresses = try DatabaseAddresses.read(
                environment, port: 0, secrets: server.secrets, roles: RoleTable.all)
            for login in DatabaseLogin.all(for: RoleTable.all) {
                try await OneConnection.run(addresses.url(of: login)) { client in
                    let row = try #require(
                        try await client.query("SELECT current_user AS me, current_database() AS at").first)
                    #expect(try row.value("me", as: String.self) == login.name)
                    #expect(try row.value("at", as: String.self) == "mine")
                }
            }
            let api = try #require(RoleTable.all.first?.logins.first)
            try await OneConnection.run(addresses.url(of: api)) { client in
                let reading = try await PrivateServer.refusal("SELECT * FROM tasks.outbox", on: client)
                let writing = try await PrivateServer.refusal("INSERT INTO outbox VALUES (1)", on: client)
                #expect(reading == "42501" && writing == nil)
            }
            try await OneConnection.run(addresses.url(of: .sidecar)) { client in
                try await client.script("CREATE TABLE broker.log (id int)")
            }
            await server.stop()
        }

        @Test func `what is wrong with a URL is told apart`() async throws {
            let server = try await PrivateServer.start()
            let folder = server.folder
            try await server.script("CREATE ROLE poor LOGIN PASSWORD 'p'", as: server.administrator())
            let keys = DatabaseLogin.all(for: RoleTable.all).map(\.key)
            func failure(_ environment: [String: String]) async -> String {
                let setup = DatabaseSetup(environment: environment, dataFolder: folder.path)
                do {
                    _ = try await setup.prepare()
                    return "none"
                } catch {
                    return setup.explain(error)
                }
            }
            try await server.script("GRANT CONNECT ON DATABASE postgres TO poor", as: server.administrator())
            let rights = await failure(["DATABASE_URL": "postgres://poor:p@127.0.0.1:\(server.port)/postgres"]
            )
            #expect(
                rights.contains("lacks CREATEROLE") && keys.allSatisfy { rights.contains($0) }, "\(rights)")
            let password = await failure([
                "DATABASE_URL": "postgres://poor:no@127.0.0.1:\(server.port)/postgres"
            ])
            #expect(password.contains("refuses the login of DATABASE_URL"), "\(password)")
            #expect(!password.contains("poor:no"))
            let nobody = await failure(
                ["DATABASE_URL": "postgres://poor:p@127.0.0.1:\(TemporaryFolder.freePort())/postgres"])
            #expect(nobody.contains("cannot be reached"), "\(nobody)")
            #expect(await failure(["DATABASE_URL": "mysql://x"]).contains("is no database URL"))
            #expect(await failure([:]).contains("set DATABASE_URL or TODO_OWNER_DATABASE_URL"))
            for text in [rights, password, nobody] { #expect(!text.contains("\n")) }
            await server.stop()
        }

        @Test func `some logins' URLs alone are not enough`() throws {
            let temporary = try TemporaryFolder()
            let secrets = try PlatformSecrets.load(temporary.folder, roles: RoleTable.all)
            let keys = DatabaseLogin.all(for: RoleTable.all).map(\.key)
            func read(_ environment: [String: String]) throws -> DatabaseAddresses {
                try DatabaseAddresses.read(environment, port: 1, secrets: secrets, roles: RoleTable.all)
            }
            #expect(try read([:]).place == .ownCluster(port: 1))
            var environment = [keys[0]: "postgres://o:p@h/d"]
            #expect(throws: SupervisorError.databaseURLsMissing(keys: Array(keys.dropFirst()))) {
                try read(environment)
            }
            for key in keys { environment[key] = "postgres://\(key.lowercased()):p@h/d" }
            let addresses = try read(environment)
            #expect(addresses.place == .everyLoginGiven)
            #expect(addresses.url(of: .owner) == environment[keys[0]])
            #expect(addresses.missingKeys(RoleTable.all).isEmpty)
        }
    }
}
