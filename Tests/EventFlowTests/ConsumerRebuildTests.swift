import Dapr
import Foundation
import Logging
import Metrics
import MetricsTestKit
import Postgres
import Testing

@testable import EventFlow

/// Consumers that hold a copy of others' entities: stale versions, and a rebuild from the first offset.
struct ConsumerRebuildTests {
    /// Keeps the newest title of each task, and nothing of deleted ones.
    private func copying(_ fixture: EventTablesFixture) async throws -> EventConsumer {
        try await fixture.database.script(
            "CREATE TABLE IF NOT EXISTS flow.copy (subject text PRIMARY KEY, data text NOT NULL)")
        let guarding = SequenceGuard(schema: EventTablesFixture.schema, group: "copier")
        let keep: EventRoute.Handler = { event, transaction in
            guard try await guarding.admits(event, in: transaction) else { return }
            let subject = event.envelope.subject ?? ""
            guard event.envelope.type != "deleted.v1" else {
                try await transaction.execute("DELETE FROM flow.copy WHERE subject = \(subject)")
                return
            }
            try await transaction.execute(
                """
                INSERT INTO flow.copy (subject, data) VALUES (\(subject), \(String(decoding: event.envelope.data, as: UTF8.self)))
                ON CONFLICT (subject) DO UPDATE SET data = excluded.data
                """)
        }
        return EventConsumer(
            group: "copier", schema: EventTablesFixture.schema,
            routes: [EventRoute(topic: "todo.events", handler: keep)], database: fixture.database,
            pubsub: "pubsub", logger: Logger(label: "test"))
    }

    private func state(_ fixture: EventTablesFixture) async throws -> [String] {
        try await fixture.database.query("SELECT subject, data FROM flow.copy ORDER BY subject").map {
            "\(try $0.value("subject", as: String.self)) \(try $0.value("data", as: String.self))"
        }
    }

    private func event(_ id: Int, _ task: String, _ sequence: Int64, type: String = "updated.v1") -> [UInt8] {
        EventTablesFixture.event(
            "\(id)", type: type, subject: task, sequence: sequence, data: #"{"version":\#(sequence)}"#)
    }

    @Test func `what is older than what is held has no effect, also after a deletion`() async throws {
        let fixture = try await EventTablesFixture()
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            let consumer = try await copying(fixture)
            for body in [event(1, "a", 1), event(3, "a", 3), event(2, "a", 2)] {
                #expect(await consumer.deliver(topic: "todo.events", body: body) == .success)
            }
            #expect(try await state(fixture) == [#"a {"version":3}"#])
            for body in [event(5, "a", 5, type: "deleted.v1"), event(4, "a", 4)] {
                #expect(await consumer.deliver(topic: "todo.events", body: body) == .success)
            }
            #expect(try await state(fixture).isEmpty)
            #expect(
                try metrics.expectCounter(
                    "todo.consumer.stale",
                    [
                        ("messaging.consumer.group.name", "copier"),
                        ("messaging.destination.name", "todo.events"),
                    ]
                ).totalValue == 2)
        }
    }

    @Test func `a consumer rebuilt from the first offset reaches the same state`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = try await copying(fixture)
        var log: [[UInt8]] = []
        for number in 0..<60 {
            let task = "task-\(number % 7)"
            let isDeletion = number % 11 == 10
            log.append(event(number, task, Int64(number), type: isDeletion ? "deleted.v1" : "updated.v1"))
        }
        for body in log { _ = await consumer.deliver(topic: "todo.events", body: body) }
        let first = try await state(fixture)
        #expect(!first.isEmpty)
        // Offsets reset, everything else as it is: every event is known.
        for body in log { #expect(await consumer.deliver(topic: "todo.events", body: body) == .success) }
        #expect(try await state(fixture) == first)
        // Offsets reset and all that the consumer made taken away.
        try await fixture.database.script("TRUNCATE flow.inbox, flow.copy, flow.entity_version")
        for body in log { #expect(await consumer.deliver(topic: "todo.events", body: body) == .success) }
        #expect(try await state(fixture) == first)
        // The inbox alone lost: versions keep old events from going back in time.
        try await fixture.database.script("TRUNCATE flow.inbox")
        for body in log { #expect(await consumer.deliver(topic: "todo.events", body: body) == .success) }
        #expect(try await state(fixture) == first)
    }
}
