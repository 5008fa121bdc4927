import FoundationEssentials
import TestSupport
import Testing

@testable import Postgres

@Suite struct PostgresClientTests {
    @Test func `every type makes the round trip`() async throws {
        try await withDatabase { client in
            try await client.script(
                """
                CREATE TABLE v (s text, i int8, k int4, h int2, b bool, d float8, u uuid, t timestamptz,
                    y bytea, j jsonb, ss text[], uu uuid[], ii int8[], n text)
                """)
            let uuid = UUID()
            let date = Date(timeIntervalSinceReferenceDate: 812_345_678.123456)
            let bytes: [UInt8] = Array(0...255)
            let strings = ["a,b", "", "quote \" \\", "日本"]
            try await client.execute(
                """
                INSERT INTO v VALUES (\("'; é"), \(Int64.max), \(Int32.min), \(Int16(7)), \(true), \(0.1 + 0.2),
                    \(uuid), \(date), \(bytes), \(json: Array(#"{"a": [1]}"#.utf8)), \(strings), \([uuid]),
                    \([1, -2] as [Int64]), \(nil as String?))
                """)
            let row = try await client.query("SELECT * FROM v")[0]
            #expect(try row.value("s") == "'; é")
            #expect(try row.value("i") == Int64.max)
            #expect(try row.value("i") == Int.max)
            #expect(try row.value("k") == Int32.min)
            #expect(try row.value("h", as: Int16.self) == 7)
            #expect(try row.value("b") == true)
            #expect(try row.value("d") == 0.1 + 0.2)
            #expect(try row.value("u") == uuid)
            #expect(try row.value("t") == date)
            #expect(try row.value("y") == bytes)
            #expect(try row.value("j", as: PostgresJSON.self).bytes == Array(#"{"a": [1]}"#.utf8))
            #expect(try row.value("ss") == strings)
            #expect(try row.value("uu") == [uuid])
            #expect(try row.value("ii") == [1, -2] as [Int64])
            #expect(try row.value("n", as: String?.self) == nil)
            #expect(try row.value(at: 0, as: String?.self) == "'; é")
            #expect(row.columns.count == 14)
        }
    }

    @Test func `a value of the wrong kind is named by its column`() async throws {
        try await withDatabase { client in
            let row = try await client.query("SELECT 'canary' AS word, NULL AS nothing")[0]
            #expect(throws: PostgresError.decoding(column: "word", reason: "not a Int")) {
                try row.value("word", as: Int.self)
            }
            #expect(throws: PostgresError.decoding(column: "nothing", reason: "NULL is not a String")) {
                try row.value("nothing", as: String.self)
            }
            #expect(throws: PostgresError.decoding(column: "other", reason: "no such column")) {
                try row.value("other", as: String?.self)
            }
            #expect(throws: PostgresError.self) { try row.value(at: 2, as: String.self) }
        }
    }

    @Test func `affected rows are counted`() async throws {
        try await withDatabase { client in
            try await client.script("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2), (3)")
            #expect(try await client.execute("UPDATE t SET a = a + 1 WHERE a > \(1)") == 2)
            #expect(try await client.execute("DELETE FROM t") == 3)
            #expect(try await client.execute("ANALYZE t") == 0)
        }
    }

    @Test func `a unique violation carries its state and constraint but no value`() async throws {
        try await withDatabase { client in
            try await client.script("CREATE TABLE users (email text CONSTRAINT users_email UNIQUE)")
            try await client.execute("INSERT INTO users VALUES (\("canary@example"))")
            let error = await #expect(throws: PostgresError.self) {
                try await client.execute("INSERT INTO users VALUES (\("canary@example"))")
            }
            #expect(error?.isUniqueViolation == true)
            #expect(error?.constraint == "users_email")
            #expect("\(String(describing: error))".contains("canary") == false)
        }
    }

    @Test func `no error text holds a value`() async throws {
        try await withDatabase { client in
            let statements: [SQL] = [
                "SELECT \("canary")::uuid", "SELECT \("canary")::int", "SELECT \("canary")::timestamptz",
                "SELECT \("canary")::jsonb", "SELECT \("{canary")::int[]",
                "SELECT \("canary")::varchar(3)::bool",
            ]
            for sql in statements {
                let error = await #expect(throws: PostgresError.self) { try await client.query(sql) }
                #expect("\(String(describing: error))".contains("canary") == false)
            }
            try await client.ping()
        }
    }

    @Test func `a statement that cannot be parsed leaves the connection usable`() async throws {
        try await withDatabase(connections: 1) { client in
            let before = try await client.query("SELECT pg_backend_pid() AS pid")[0].value(
                "pid", as: Int.self)
            let error = await #expect(throws: PostgresError.self) { try await client.query("SELEC 1") }
            #expect(error?.sqlState == "42601")
            await #expect(throws: PostgresError.self) {
                try await client.script("SELECT 1; SELECT 1/0; SELECT 2")
            }
            let after = try await client.query("SELECT pg_backend_pid() AS pid")[0].value("pid", as: Int.self)
            #expect(before == after)
        }
    }

    @Test func `statements are prepared once per connection`() async throws {
        try await withDatabase(connections: 1) { client in
            for number in 0..<5 {
                _ = try await client.query("SELECT \(number)::int AS repeated_statement")
            }
            let rows = try await client.query(
                "SELECT name FROM pg_prepared_statements WHERE statement LIKE '%AS repeated\\_statement'")
            #expect(rows.count == 1)
        }
    }

    @Test func `more statements than the cache holds are let go at the server too`() async throws {
        try await withDatabase(connections: 1) { client in
            for number in 0..<140 {
                _ = try await client.query("SELECT \(unescaped: "\(number)") AS n")
            }
            let rows = try await client.query("SELECT count(*) AS n FROM pg_prepared_statements")
            #expect(try rows[0].value("n", as: Int.self) <= 130)
        }
    }

    @Test func `a prepared statement that became invalid is prepared anew`() async throws {
        try await withDatabase(connections: 1) { client in
            try await client.script("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
            #expect(try await client.query("SELECT * FROM t")[0].columns == ["a"])
            try await client.script("ALTER TABLE t ADD b int DEFAULT 2")
            #expect(try await client.query("SELECT * FROM t")[0].columns == ["a", "b"])
            try await client.script("DEALLOCATE ALL")
            #expect(try await client.query("SELECT * FROM t")[0].columns == ["a", "b"])
        }
    }

    @Test func `large values pass in both directions`() async throws {
        try await withDatabase { client in
            let text = String(repeating: "0123456789abcdef", count: 500_000)
            let row = try await client.query("SELECT \(text)::text AS t, length(\(text)) AS n")[0]
            #expect(try row.value("n") == text.utf8.count)
            #expect(try row.value("t") == text)
        }
    }

    @Test func `notices are swallowed and COPY is refused`() async throws {
        try await withDatabase { client in
            try await client.script("DO $$ BEGIN RAISE NOTICE 'hello'; END $$")
            await #expect(throws: PostgresError.self) { try await client.script("COPY (SELECT 1) TO STDOUT") }
            try await client.ping()
        }
    }

    @Test func `a statement that takes too long is ended by the server`() async throws {
        try await withDatabase(connections: 1, change: { $0.statementTimeout = .milliseconds(50) }) {
            client in
            await #expect(throws: PostgresError.timeout) { try await client.query("SELECT pg_sleep(600)") }
            try await client.ping()
        }
    }

    @Test func `a closed client refuses everything`() async throws {
        try await withDatabase { client in
            try await client.ping()
            await client.close()
            await #expect(throws: PostgresError.closed) { try await client.ping() }
            await client.close()
        }
    }

    @Test func `a wrong password is reported without being shown`() async throws {
        let server = try await PrivatePostgres.shared()
        let url = server.url().replacing("private-postgres", with: "canary")
        let client = PostgresClient(try PostgresConfiguration(url: url))
        let error = await #expect(throws: PostgresError.self) { try await client.ping() }
        guard case .connectionFailed(let reason) = error else {
            Issue.record("not a failed connection: \(String(describing: error))")
            return
        }
        #expect(reason.contains("password authentication failed"))
        #expect(!reason.contains("canary"))
        await client.close()
    }
}
