import InMemoryTracing
import Metrics
import MetricsTestKit
import Testing
import Tracing

@testable import Postgres

@Suite struct StatementTelemetryTests {
    @Test func `a statement under a span makes a span of its own`() async throws {
        try await withDatabase { client in
            let tracer = InMemoryTracer()
            try await withTracer(tracer) {
                try await client.script("CREATE TABLE tasks (id int UNIQUE)")
                #expect(tracer.finishedSpans.isEmpty)
                _ = try await withSpan("request") { _ in
                    try await client.transaction { transaction in
                        try await transaction.execute("INSERT INTO tasks VALUES (\(4711))")
                    }
                }
            }
            let names = tracer.finishedSpans.map(\.operationName)
            #expect(names == ["INSERT tasks", "COMMIT", "request"])
            let span = try #require(tracer.finishedSpans.first)
            #expect(span.kind == .client)
            #expect(span.attributes.get("db.system.name") == .string("postgresql"))
            #expect(span.attributes.get("db.namespace") == .string(client.configuration.database))
            #expect(span.attributes.get("db.query.text") == .string("INSERT INTO tasks VALUES ($1)"))
            #expect(span.attributes.get("db.operation.name") == .string("INSERT"))
            #expect(span.attributes.get("db.collection.name") == .string("tasks"))
            #expect(span.attributes.get("server.address") == .string("127.0.0.1"))
        }
    }

    @Test func `statements that travel together have a span each, in the span of who asked`() async throws {
        try await withDatabase { client in
            let tracer = InMemoryTracer()
            try await withTracer(tracer) {
                try await client.script("CREATE TABLE tasks (id int); CREATE TABLE outbox (id int)")
                try await withSpan("request") { _ in
                    try await client.transaction { transaction in
                        try withSpan("part") { _ in try transaction.send("INSERT INTO tasks VALUES (1)") }
                        try transaction.send("INSERT INTO outbox VALUES (1)")
                    }
                }
            }
            let spans = tracer.finishedSpans
            #expect(
                spans.map(\.operationName) == ["part", "INSERT tasks", "INSERT outbox", "COMMIT", "request"])
            let part = try #require(spans.first)
            let request = try #require(spans.last)
            #expect(spans[1].parentSpanID == part.spanID)
            let sizes = spans.map { $0.attributes.get("db.operation.batch.size") }
            #expect(sizes == [nil, .int64(3), .int64(3), .int64(3), nil])
            #expect(spans[2].parentSpanID == request.spanID && spans[3].parentSpanID == request.spanID)
        }
    }

    @Test func `of statements that travel together, the one that failed has the failure`() async throws {
        try await withDatabase { client in
            try await client.ping()
            let tracer = InMemoryTracer()
            await withTracer(tracer) {
                await withSpan("request") { _ in
                    _ = try? await client.transaction { transaction in
                        try transaction.send(SQL("SELECT 1").summary("good"))
                        try transaction.send(SQL("SELECT 1/0").summary("bad"))
                        try transaction.send(SQL("SELECT 2").summary("skipped"))
                    }
                }
            }
            let spans = tracer.finishedSpans
            #expect(
                spans.map(\.operationName) == ["good", "bad", "skipped", "COMMIT", "ROLLBACK", "request"])
            let types = spans.map { $0.attributes.get("error.type") }
            #expect(
                types == [nil, .string("22012"), .string("25P02"), .string("25P02"), nil, nil])
        }
    }

    @Test func `a wait for a connection that others hold is a span in that of the statement`() async throws {
        try await withDatabase(connections: 1) { client in
            try await client.ping()
            let tracer = InMemoryTracer()
            try await withTracer(tracer) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    try await client.transaction { transaction in
                        try await transaction.execute("SELECT 1")
                        group.addTask {
                            try await withSpan("request") { _ in _ = try await client.query("SELECT 2") }
                        }
                        #expect(try await eventually { client.pool.waiterCount == 1 })
                        try await transaction.execute("SELECT pg_sleep(0.005)")
                    }
                    try await group.waitForAll()
                }
            }
            let spans = tracer.finishedSpans
            #expect(spans.map(\.operationName) == ["wait for connection", "SELECT", "request"])
            let wait = try #require(spans.first)
            #expect(wait.parentSpanID == spans[1].spanID && wait.errors.isEmpty)
            let (began, ended) = (
                wait.startInstant.nanosecondsSinceEpoch, wait.endInstant.nanosecondsSinceEpoch
            )
            #expect(ended - began >= 5_000_000)
            #expect(
                wait.attributes.get("db.client.connection.pool.name")
                    == .string(client.configuration.poolName))
        }
    }

    @Test func `a wait in vain says why, before a transaction as well`() async throws {
        try await withDatabase(connections: 1, change: { $0.poolWaitTimeout = .milliseconds(100) }) {
            client in
            _ = try await eventually { (try? await client.ping()) != nil }
            let tracer = InMemoryTracer()
            try await withTracer(tracer) {
                try await client.transaction { transaction in
                    try await transaction.execute("SELECT 1")
                    _ = await withSpan("request") { _ in
                        await #expect(throws: PostgresError.poolTimeout) {
                            try await client.transaction { try await $0.execute("SELECT 2") }
                        }
                    }
                }
            }
            let wait = try #require(tracer.finishedSpans.first)
            #expect(wait.operationName == "wait for connection")
            #expect(wait.attributes.get("error.type") == .string(PostgresError.poolTimeout.reasonCode))
            #expect(wait.status?.code == .error)
        }
    }

    @Test func `the text of a script is not shown`() async throws {
        try await withDatabase { client in
            try await client.ping()
            let tracer = InMemoryTracer()
            try await withTracer(tracer) {
                try await withSpan("request") { _ in try await client.script("SELECT 'canary'; SELECT 2") }
            }
            let span = try #require(tracer.finishedSpans.first)
            #expect(span.operationName == "SELECT")
            #expect(span.attributes.get("db.query.text") == nil)
        }
    }

    @Test func `a failure is on the span`() async throws {
        try await withDatabase { client in
            try await client.ping()
            let tracer = InMemoryTracer()
            await withTracer(tracer) {
                await withSpan("request") { _ in
                    _ = try? await client.query(SQL("SELECT 1/0").summary("divide nothing"))
                }
            }
            let span = try #require(tracer.finishedSpans.first)
            #expect(span.operationName == "divide nothing")
            #expect(span.attributes.get("db.response.status_code") == .string("22012"))
            #expect(span.attributes.get("error.type") == .string("22012"))
            #expect(span.status?.code == .error)
        }
    }

    @Test func `durations and the pool are measured`() async throws {
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            try await withDatabase(connections: 1, change: { $0.poolWaitTimeout = .milliseconds(100) }) {
                client in
                _ = try await eventually { (try? await client.ping()) != nil }
                _ = try await client.query("SELECT 1 FROM pg_class LIMIT 1")
                try await client.transaction { transaction in
                    try await transaction.execute("SELECT 1")
                    _ = try? await client.ping()
                }
                let pool = ("db.client.connection.pool.name", client.configuration.poolName)
                let timer = try metrics.expectTimer(
                    "db.client.operation.duration",
                    [
                        ("db.system.name", "postgresql"), ("db.namespace", client.configuration.database),
                        ("db.query.summary", "SELECT pg_class"),
                    ])
                #expect(timer.values.count == 1)
                #expect(try metrics.expectCounter("db.client.connection.timeouts", [pool]).totalValue >= 1)
                let used = try metrics.expectGauge(
                    "db.client.connection.count", [pool, ("db.client.connection.state", "used")])
                #expect(used.values.contains(1))
                #expect(used.lastValue == 0)
            }
        }
    }
}
