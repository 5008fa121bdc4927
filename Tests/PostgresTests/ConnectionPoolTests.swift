import TestSupport
import Testing

@testable import Postgres

@Suite struct ConnectionPoolTests {
    @Test func `many statements share few connections`() async throws {
        try await withDatabase(connections: 3) { client in
            let pids = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let row = try await client.query(
                            "SELECT pg_backend_pid() AS pid, \(number)::int AS n")[0]
                        #expect(try row.value("n") == number)
                        return try row.value("pid")
                    }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect((1...3).contains(pids.count))
        }
    }

    @Test func `a busy pool refuses when patience is over`() async throws {
        try await withDatabase(connections: 1, change: { $0.poolWaitTimeout = .milliseconds(100) }) {
            client in
            // Connecting counts as waiting; on a busy machine the first may take longer than that.
            _ = try await eventually { (try? await client.ping()) != nil }
            try await client.transaction { transaction in
                try await transaction.execute("SELECT 1")
                await #expect(throws: PostgresError.poolTimeout) { try await client.ping() }
            }
            try await client.ping()
        }
    }

    @Test func `a waiter can be cancelled`() async throws {
        try await withDatabase(connections: 1) { client in
            try await client.transaction { transaction in
                try await transaction.execute("SELECT 1")
                let waiter = Task { try await client.ping() }
                waiter.cancel()
                await #expect(throws: PostgresError.cancelled) { try await waiter.value }
            }
        }
    }

    @Test func `nobody listening is said at once`() async throws {
        let port = try FreePorts.one()
        let client = PostgresClient(try PostgresConfiguration(url: "postgres://a@127.0.0.1:\(port)/x"))
        let error = await #expect(throws: PostgresError.self) { try await client.ping() }
        guard case .connectionFailed = error else {
            Issue.record("not a failed connection: \(String(describing: error))")
            return
        }
        await client.close()
    }

    @Test func `a server that never answers is given up`() async throws {
        let port = try FreePorts.one()
        let listener = try BusyPort(port: port)
        defer { listener.close() }
        var configuration = try PostgresConfiguration(url: "postgres://a@127.0.0.1:\(port)/x")
        configuration.connectTimeout = .milliseconds(50)
        let client = PostgresClient(configuration)
        await #expect(throws: PostgresError.connectionFailed("no answer within 0.05 seconds")) {
            try await client.ping()
        }
        await client.close()
    }

    @Test func `a name nobody knows is a failed connection`() async throws {
        var configuration = try PostgresConfiguration(url: "postgres://a@nowhere.invalid/x")
        configuration.connectTimeout = .seconds(2)
        configuration.poolWaitTimeout = .seconds(60)
        let client = PostgresClient(configuration)
        let error = await #expect(throws: PostgresError.self) { try await client.ping() }
        #expect(error?.reasonCode == "connection_failed")
        await client.close()
    }

    @Test func `idle connections that were ended are replaced unseen`() async throws {
        try await withDatabase(connections: 4) { client in
            for _ in 0..<5 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<8 { group.addTask { try await client.execute("SELECT pg_sleep(0.005)") } }
                    try await group.waitForAll()
                }
                try await client.endOtherSessions()
                try await client.transaction { try await $0.execute("SELECT 1") }
            }
        }
    }

    @Test func `a statement whose connection is ended says so`() async throws {
        try await withDatabase(connections: 2) { client in
            let sleeper = Task { try await client.execute("SELECT pg_sleep(600) AS ended_statement") }
            #expect(try await eventually { try await client.running("ended_statement") == 1 })
            try await client.endOtherSessions()
            await #expect(throws: PostgresError.connectionLost) { try await sleeper.value }
            try await client.ping()
        }
    }

    @Test func `a restarted server is found again`() async throws {
        let server = try await PrivatePostgres()
        var configuration = try PostgresConfiguration(url: server.url())
        configuration.maximumConnections = 3
        let client = PostgresClient(configuration)
        #expect(try await client.query("SELECT 1 AS n")[0].value("n") == 1)
        try await server.restart()
        #expect(try await client.query("SELECT 2 AS n")[0].value("n") == 2)
        server.pause()
        let error = await #expect(throws: PostgresError.self) { try await client.ping() }
        #expect(error?.reasonCode == "connection_failed")
        try await server.resume()
        try await client.ping()
        await client.close()
        server.stop()
    }

    @Test func `a cancelled statement ends at the server`() async throws {
        try await withDatabase(connections: 2) { client in
            for _ in 0..<5 {
                let sleeper = Task { try await client.execute("SELECT pg_sleep(600) AS cancelled_statement") }
                let hasBegun = try await eventually { try await client.running("cancelled_statement") == 1 }
                #expect(hasBegun)
                sleeper.cancel()
                await #expect(throws: PostgresError.cancelled) { try await sleeper.value }
                let stillRunning = try await client.running("cancelled_statement")
                #expect(stillRunning == 0)
            }
        }
    }

    @Test func `cancelling at any moment never harms the next statement`() async throws {
        try await withDatabase(connections: 2) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let task = Task { try await client.query("SELECT \(number)::int AS n") }
                        for _ in 0..<(number % 7) { await Task.yield() }
                        task.cancel()
                        let result = await task.result
                        if case .success(let rows) = result { #expect(try rows[0].value("n") == number) }
                        if case .failure(let error) = result {
                            #expect(error as? PostgresError == .cancelled)
                        }
                        let next = try await client.query("SELECT \(-number)::int AS n")[0]
                        #expect(try next.value("n") == -number)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `closing waits for what runs`() async throws {
        try await withDatabase(connections: 2) { client in
            let (isOpen, gate) = AsyncStream<Void>.makeStream()
            let (hasBegun, begun) = AsyncStream<Void>.makeStream()
            let worker = Task {
                try await client.transaction { transaction in
                    try await transaction.execute("SELECT 1")
                    begun.finish()
                    for await _ in isOpen {}
                    return try await transaction.query("SELECT 2 AS n")[0].value("n", as: Int.self)
                }
            }
            for await _ in hasBegun {}
            let closing = Task { await client.close() }
            let isRefusing = try await eventually {
                do {
                    try await client.ping()
                    return false
                } catch PostgresError.closed {
                    return true
                }
            }
            #expect(isRefusing)
            gate.finish()
            #expect(try await worker.value == 2)
            await closing.value
        }
    }
}
