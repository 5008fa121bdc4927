import Metrics
import MetricsTestKit
import Synchronization
import Testing

@testable import Postgres

/// Statements that travel together: how often the server is asked, and what becomes of failures among them.
@Suite struct PacketTests {
    /// A client whose round trips can be counted.
    private func withCounted(
        connections: Int = 2, _ body: (PostgresClient, () throws -> Int64) async throws -> Void
    ) async throws {
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            try await withDatabase(connections: connections) { client in
                let pool = ("db.client.connection.pool.name", client.configuration.poolName)
                let counter = try metrics.expectCounter("todo.db.round_trips", [pool])
                try await client.script("CREATE TABLE t (a int PRIMARY KEY)")
                try await body(client) { counter.totalValue }
            }
        }
    }

    private func expectRows(_ expected: [Int], _ client: PostgresClient) async throws {
        let rows: [Int] = try await client.query("SELECT a FROM t ORDER BY a").map { try $0.value("a") }
        #expect(rows == expected)
    }

    @Test func `a transaction that asks for nothing is one round trip`() async throws {
        try await withCounted { client, roundTrips in
            let before = try roundTrips()
            try await client.transaction(settings: ["app.user_id": "u", "app.other": "o"]) { transaction in
                for number in 1...5 { try transaction.send("INSERT INTO t VALUES (\(number))") }
            }
            #expect(try roundTrips() - before == 1)
            try await expectRows([1, 2, 3, 4, 5], client)
        }
    }

    @Test func `what was left goes out with what is waited for, in order`() async throws {
        try await withCounted { client, roundTrips in
            let before = try roundTrips()
            try await client.transaction { transaction in
                try transaction.send("INSERT INTO t VALUES (1)")
                try transaction.send("UPDATE t SET a = a + 1")
                #expect(try await transaction.query("SELECT a FROM t")[0].value("a") == 2)
                try transaction.send("UPDATE t SET a = a * 10")
            }
            #expect(try roundTrips() - before == 2)
            try await expectRows([20], client)
        }
    }

    @Test func `a query with settings is one round trip, and they end with it`() async throws {
        try await withCounted(connections: 1) { client, roundTrips in
            let read: SQL = "SELECT coalesce(current_setting('app.user_id', true), '') AS id"
            let before = try roundTrips()
            let row = try await client.query(read, settings: ["app.user_id": "o'ne"])[0]
            #expect(try row.value("id") == "o'ne")
            #expect(try roundTrips() - before == 1)
            #expect(try await client.query(read)[0].value("id") == "")
            await #expect(throws: PostgresError.self) {
                try await client.query("SELECT 1/0", settings: ["app.user_id": "two"])
            }
            #expect(try await client.query(read)[0].value("id") == "")
        }
    }

    @Test func `a failure among what was left keeps its own state, and nothing is written`() async throws {
        try await withCounted(connections: 1) { client, _ in
            try await client.execute("INSERT INTO t VALUES (2)")
            let backend = try await client.query("SELECT pg_backend_pid() AS pid")[0].value(
                "pid", as: Int.self)
            for position in [1, 2, 3] {
                let error = await #expect(throws: PostgresError.self) {
                    try await client.transaction { transaction in
                        for number in [10, 11, 12] {
                            let value = number - 9 == position ? 2 : number
                            try transaction.send("INSERT INTO t VALUES (\(value))")
                        }
                    }
                }
                #expect(error?.sqlState == "23505")
                #expect(error?.constraint == "t_pkey")
            }
            try await expectRows([2], client)
            // The connection was rolled back and kept.
            let after = try await client.query("SELECT pg_backend_pid() AS pid")[0].value("pid", as: Int.self)
            #expect(after == backend)
        }
    }

    @Test func `the failure of what was left is thrown by what is waited for`() async throws {
        try await withCounted(connections: 1) { client, _ in
            let swallowed = Mutex<PostgresError?>(nil)
            let error = await #expect(throws: PostgresError.self) {
                try await client.transaction { transaction in
                    try transaction.send("INSERT INTO t VALUES (1)")
                    try transaction.send("SELECT 1/0")
                    do {
                        try await transaction.execute("INSERT INTO t VALUES (2)")
                    } catch {
                        swallowed.withLock { $0 = error as? PostgresError }
                    }
                }
            }
            let cause = swallowed.withLock { $0 }
            #expect(cause?.sqlState == "22012")
            // Swallowed, it still does not pass for a commit.
            #expect(error?.sqlState == "25P02")
            try await expectRows([], client)
        }
    }

    @Test func `a constraint that is looked at in the end fails the commit`() async throws {
        try await withCounted(connections: 1) { client, _ in
            try await client.script(
                "CREATE TABLE child (a int REFERENCES t DEFERRABLE INITIALLY DEFERRED)")
            for _ in 0..<2 {
                let error = await #expect(throws: PostgresError.self) {
                    try await client.transaction { transaction in
                        try transaction.send("INSERT INTO t VALUES (5)")
                        try transaction.send("INSERT INTO child VALUES (7)")
                    }
                }
                #expect(error?.sqlState == "23503")
                // Without BEGIN too, where the end of the packet is the end of the transaction.
                let alone = await #expect(throws: PostgresError.self) {
                    try await client.execute("INSERT INTO child VALUES (7)")
                }
                #expect(alone?.sqlState == "23503")
                let withSettings = await #expect(throws: PostgresError.self) {
                    try await client.query("INSERT INTO child VALUES (7)", settings: ["app.x": "y"])
                }
                #expect(withSettings?.sqlState == "23503")
            }
            try await expectRows([], client)
            #expect(try await client.query("SELECT * FROM child").isEmpty)
        }
    }

    @Test func `statements are prepared anew after a packet that failed`() async throws {
        try await withCounted(connections: 1) { client, _ in
            func write(_ number: Int) async throws {
                try await client.transaction { transaction in
                    try transaction.send("INSERT INTO t VALUES (\(number)) -- one")
                    try transaction.send("SELECT 1 / \(number) -- two")
                    try transaction.send("UPDATE t SET a = a WHERE a = \(number) -- three")
                }
            }
            let error = await #expect(throws: PostgresError.self) { try await write(0) }
            #expect(error?.sqlState == "22012")
            try await write(1)
            try await write(2)
            try await expectRows([1, 2], client)
            // Each text once, the one used twice in a packet too.
            try await client.transaction { transaction in
                for number in 3...6 { try transaction.send("INSERT INTO t VALUES (\(number)) -- four") }
            }
            let prepared = try await client.query(
                """
                SELECT statement, count(*) AS n FROM pg_prepared_statements
                WHERE statement LIKE '% -- %' AND statement NOT LIKE '%pg_prepared%'
                GROUP BY statement
                """)
            #expect(prepared.count == 4)
            for row in prepared { #expect(try row.value("n") == 1) }
        }
    }

    @Test func `statements that the server forgot fail one transaction at most`() async throws {
        try await withCounted(connections: 1) { client, _ in
            func write(_ number: Int) async throws {
                try await client.transaction(settings: ["app.x": "y"]) { transaction in
                    try transaction.send("INSERT INTO t VALUES (\(number))")
                }
            }
            try await write(1)
            try await client.script("DEALLOCATE ALL")
            try await write(2)
            _ = try await client.query("SELECT a FROM t", settings: ["app.x": "y"])
            try await client.script("ALTER TABLE t ADD b int DEFAULT 1")
            #expect(
                try await client.query("SELECT * FROM t", settings: ["app.x": "y"])[0].columns == ["a", "b"])
            try await client.script("ALTER TABLE t ADD c int DEFAULT 1")
            #expect(
                try await client.query("SELECT * FROM t", settings: ["app.x": "y"])[0].columns == [
                    "a", "b", "c",
                ])
            try await write(3)
            try await expectRows([1, 2, 3], client)
        }
    }

    @Test func `what was left and never sent is never committed without`() async throws {
        try await withCounted { client, _ in
            let task = Task {
                try await client.transaction { transaction in
                    try transaction.send("INSERT INTO t VALUES (1)")
                    withUnsafeCurrentTask { $0?.cancel() }
                    _ = try? await transaction.query("SELECT 1")
                }
            }
            await #expect(throws: PostgresError.cancelled) { try await task.value }
            try await expectRows([], client)
        }
    }

    @Test func `what waits together with COMMIT can be cancelled, and is rolled back`() async throws {
        try await withCounted(connections: 3) { client, _ in
            try await client.transaction { blocker in
                try await blocker.execute("INSERT INTO t VALUES (1)")
                let task = Task {
                    try await client.transaction { transaction in
                        try transaction.send("INSERT INTO t VALUES (0)")
                        try transaction.send("INSERT INTO t VALUES (1) -- waits for the other")
                    }
                }
                #expect(try await eventually { try await client.running("waits for the other") == 1 })
                task.cancel()
                await #expect(throws: PostgresError.cancelled) { try await task.value }
            }
            try await expectRows([1], client)
        }
    }

    @Test func `a script comes after what was left`() async throws {
        try await withCounted { client, _ in
            try await client.transaction { transaction in
                try transaction.send("INSERT INTO t VALUES (1)")
                try await transaction.script("UPDATE t SET a = a + 1; UPDATE t SET a = a * 10")
                try transaction.send("UPDATE t SET a = a + 5")
            }
            try await expectRows([25], client)
        }
    }

    @Test func `a handle that outlives its transaction leaves nothing`() async throws {
        try await withCounted { client, _ in
            var kept: PostgresTransaction?
            try await client.transaction { kept = $0 }
            let transaction = try #require(kept)
            #expect(throws: PostgresError.closed) { try transaction.send("INSERT INTO t VALUES (1)") }
        }
    }

    @Test func `a first packet on a dead connection moves to another one`() async throws {
        try await withCounted(connections: 1) { client, _ in
            try await client.ping()
            let other = PostgresClient(client.configuration)
            try await other.endOtherSessions()
            await other.close()
            try await client.transaction { transaction in
                try transaction.send("INSERT INTO t VALUES (1)")
                try transaction.send("INSERT INTO t VALUES (2)")
            }
            try await expectRows([1, 2], client)
        }
    }
}
