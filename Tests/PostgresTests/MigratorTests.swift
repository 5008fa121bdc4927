import Testing

@testable import Postgres

@Suite struct MigratorTests {
    private let first = Migration(
        name: "M0001_start", sql: "CREATE TABLE things (a int); CREATE INDEX ON things (a)")
    private let second = Migration(
        name: "M0002_more", sql: "ALTER TABLE things ADD b text; INSERT INTO things VALUES (1)")

    @Test func `an empty database gets everything once`() async throws {
        try await withDatabase { client in
            let migrator = Migrator(schema: "tasks", migrations: [first, second])
            let names = try await migrator.apply(on: client)
            #expect(names == ["M0001_start", "M0002_more"])
            #expect(try await migrator.apply(on: client) == [])
            #expect(try await client.query("SELECT a, b FROM tasks.things").count == 1)
            #expect(try await client.query("SELECT name FROM tasks.schema_migrations").count == 2)
        }
    }

    @Test func `what is new is added to what is there`() async throws {
        try await withDatabase { client in
            try await Migrator(schema: "tasks", migrations: [first]).apply(on: client)
            let all = Migrator(schema: "tasks", migrations: [first, second])
            #expect(try await all.apply(on: client) == ["M0002_more"])
            // An older release meets the newer schema.
            #expect(try await Migrator(schema: "tasks", migrations: [first]).apply(on: client) == [])
        }
    }

    @Test func `a changed migration is refused`() async throws {
        try await withDatabase { client in
            try await Migrator(schema: "tasks", migrations: [first]).apply(on: client)
            let changed = Migration(name: first.name, sql: first.sql + " ")
            let error = await #expect(throws: PostgresError.self) {
                try await Migrator(schema: "tasks", migrations: [changed, second]).apply(on: client)
            }
            #expect(error?.description.contains("M0001_start: was changed") == true)
        }
    }

    @Test func `a failing migration leaves nothing behind`() async throws {
        try await withDatabase { client in
            let broken = Migration(name: "M0002_broken", sql: "CREATE TABLE half (a int); SELECT 1/0")
            let error = await #expect(throws: PostgresError.self) {
                try await Migrator(schema: "tasks", migrations: [first, broken]).apply(on: client)
            }
            #expect(error?.description.contains("M0002_broken") == true)
            let half = try await client.query("SELECT 1 FROM pg_class WHERE relname = 'half'")
            #expect(half.isEmpty)
            #expect(try await client.query("SELECT name FROM tasks.schema_migrations").count == 1)
        }
    }

    @Test func `two migrators at once do the work once`() async throws {
        try await withDatabase(connections: 8) { client in
            let migrator = Migrator(schema: "tasks", migrations: [first, second])
            let names = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 { group.addTask { try await migrator.apply(on: client) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(names == ["M0001_start", "M0002_more"])
        }
    }

    @Test func `a role without the right to create schemas may migrate its own`() async throws {
        try await withDatabase { client in
            try await client.script(
                "DROP ROLE IF EXISTS migrator_owner; CREATE ROLE migrator_owner LOGIN PASSWORD 'pw'")
            try await client.script("CREATE SCHEMA tasks AUTHORIZATION migrator_owner")
            let own = client.configuration
            let url = "postgres://migrator_owner:pw@\(own.host):\(own.port)/\(own.database)"
            let owner = PostgresClient(try PostgresConfiguration(url: url))
            #expect(try await Migrator(schema: "tasks", migrations: [first]).apply(on: owner).count == 1)
            let foreign = Migrator(schema: "other", migrations: [first])
            await #expect(throws: PostgresError.self) { try await foreign.apply(on: owner) }
            await owner.close()
        }
    }

    @Test func `order and uniqueness are checked`() throws {
        #expect(throws: PostgresError.self) {
            try MigrationPlan([first, second], applied: ["M0002_more": second.checksum])
        }
        #expect(throws: PostgresError.self) { try MigrationPlan([first, first], applied: [:]) }
        #expect(try MigrationPlan([first], applied: ["M0009_newer": "x"]).pending == [first])
        #expect(first.checksum.count == 16)
    }
}
