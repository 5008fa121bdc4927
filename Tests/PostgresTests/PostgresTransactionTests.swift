import Synchronization
import Testing

@testable import Postgres

@Suite struct PostgresTransactionTests {
    private struct Refused: Error {}

    private func count(_ client: PostgresClient) async throws -> Int {
        try await client.query("SELECT count(*) AS n FROM t")[0].value("n")
    }

    @Test func `what returns is committed and what throws is rolled back`() async throws {
        try await withDatabase { client in
            try await client.script("CREATE TABLE t (a int)")
            let answer = try await client.transaction { transaction in
                try await transaction.execute("INSERT INTO t VALUES (\(1))")
                try await transaction.script("INSERT INTO t VALUES (2); INSERT INTO t VALUES (3)")
                return "done"
            }
            #expect(answer == "done")
            await #expect(throws: Refused.self) {
                try await client.transaction { transaction in
                    try await transaction.execute("INSERT INTO t VALUES (4)")
                    throw Refused()
                }
            }
            #expect(try await count(client) == 3)
        }
    }

    @Test func `a script may be the first statement`() async throws {
        try await withDatabase { client in
            try await client.script("CREATE TABLE t (a int)")
            await #expect(throws: Refused.self) {
                try await client.transaction(settings: ["app.user_id": "u"]) { transaction in
                    try await transaction.script("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)")
                    throw Refused()
                }
            }
            #expect(try await count(client) == 0)
        }
    }

    @Test func `settings live as long as the transaction`() async throws {
        try await withDatabase(connections: 1) { client in
            let read: SQL = "SELECT coalesce(current_setting('app.user_id', true), '') AS id"
            try await client.transaction(settings: ["app.user_id": "o'ne"]) { transaction in
                let row = try await transaction.query(read)[0]
                #expect(try row.value("id") == "o'ne")
            }
            #expect(try await client.query(read)[0].value("id") == "")
        }
    }

    @Test func `a swallowed failure does not pass for a commit`() async throws {
        try await withDatabase(connections: 1) { client in
            try await client.script("CREATE TABLE t (a int)")
            let error = await #expect(throws: PostgresError.self) {
                try await client.transaction { transaction in
                    try await transaction.execute("INSERT INTO t VALUES (1)")
                    _ = try? await transaction.query("SELECT 1/0")
                }
            }
            #expect(error?.sqlState == "25P02")
            #expect(try await count(client) == 0)
        }
    }

    @Test func `the first statement may fail`() async throws {
        try await withDatabase(connections: 1) { client in
            for _ in 0..<3 {
                let error = await #expect(throws: PostgresError.self) {
                    try await client.transaction { _ = try await $0.query("SELECT 1/0") }
                }
                #expect(error?.sqlState == "22012")
            }
            try await client.ping()
        }
    }

    @Test func `a handle that outlives its transaction is refused`() async throws {
        try await withDatabase { client in
            var kept: PostgresTransaction?
            try await client.transaction { kept = $0 }
            let transaction = try #require(kept)
            await #expect(throws: PostgresError.closed) { try await transaction.execute("SELECT 1") }
        }
    }

    @Test func `concurrent statements share the transaction`() async throws {
        try await withDatabase { client in
            try await client.script("CREATE TABLE t (a int)")
            try await client.transaction { transaction in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<20 {
                        group.addTask { try await transaction.execute("INSERT INTO t VALUES (\(number))") }
                    }
                    try await group.waitForAll()
                }
                let ids = try await transaction.query(
                    "SELECT count(DISTINCT xmin::text) AS n, count(*) AS m FROM t")
                #expect(try ids[0].value("n") == 1)
                #expect(try ids[0].value("m") == 20)
            }
        }
    }

    @Test func `a transaction may be run from an actor with what the actor owns`() async throws {
        actor Ledger {
            var entries: [Int] = []
            func record(_ client: PostgresClient) async throws -> Int {
                try await client.transaction { transaction in
                    entries.append(try await transaction.query("SELECT 5 AS n")[0].value("n"))
                    return entries.count
                }
            }
        }
        try await withDatabase { client in
            let count = try await Ledger().record(client)
            #expect(count == 1)
        }
    }

    @Test func `a cancelled transaction is rolled back and its connection kept clean`() async throws {
        try await withDatabase(connections: 2) { client in
            try await client.script("CREATE TABLE t (a int)")
            let task = Task {
                try await client.transaction { transaction in
                    try await transaction.execute("INSERT INTO t VALUES (1)")
                    try await transaction.execute("SELECT pg_sleep(600) AS cancelled_transaction")
                }
            }
            #expect(try await eventually { try await client.running("cancelled_transaction") == 1 })
            task.cancel()
            await #expect(throws: PostgresError.cancelled) { _ = try await task.value }
            #expect(try await count(client) == 0)
            for _ in 0..<4 { try await client.transaction { try await $0.execute("SELECT 1") } }
        }
    }

    @Test func `cancelled just before its commit, a transaction leaves nothing for the next one to commit`()
        async throws
    {
        try await withDatabase(connections: 1) { client in
            try await client.script("CREATE TABLE t (a int)")
            let task = Task {
                try await client.transaction { transaction in
                    try await transaction.execute("INSERT INTO t VALUES (1)")
                    try transaction.send("INSERT INTO t VALUES (2)")
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
            await #expect(throws: PostgresError.cancelled) { _ = try await task.value }
            try await client.transaction { try await $0.execute("INSERT INTO t VALUES (3)") }
            let rows = try await client.query("SELECT a FROM t")
            #expect(try rows.map { try $0.value("a", as: Int.self) } == [3])
        }
    }
}
