import Dapr
import Foundation
import Metrics
import MetricsTestKit
import Postgres
import Testing

@testable import EventFlow

/// What is forgotten, when, and what alerts look at.
struct ConsumerUpkeepTests {
    private func upkeep(_ consumer: EventConsumer) -> ConsumerUpkeep {
        var settings = ConsumerUpkeep.Settings()
        settings.portion = 2
        return ConsumerUpkeep(of: consumer, settings: settings)
    }

    @Test func `the inbox forgets what is older than the retention, portion by portion`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        for number in 0..<7 {
            _ = await consumer.deliver(topic: "todo.events", body: EventTablesFixture.event("\(number)"))
        }
        try await fixture.database.execute(
            "UPDATE flow.inbox SET received_at = now() - interval '15 days' WHERE event_id < '5'")
        #expect(try await upkeep(consumer).round().inbox == 5)
        #expect(try await fixture.count("inbox") == 2)
    }

    @Test func `failures go when they are settled and old, and what is open stays`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        for id in ["open", "handled", "discarded", "young"] {
            let body = EventTablesFixture.event(id)
            #expect(await consumer.deliver(topic: "todo.events.dlq", body: body) == .success)
        }
        let letters = DeadLetters(of: consumer)
        try await letters.discard("discarded", by: "operator")
        try await letters.discard("young", by: "operator")
        _ = await consumer.deliver(topic: "todo.events", body: EventTablesFixture.event("handled"))
        try await fixture.database.execute("UPDATE flow.inbox SET received_at = now() - interval '15 days'")
        try await fixture.database.execute(
            """
            UPDATE flow.delivery_failure SET last_failed_at = now() - interval '15 days' WHERE event_id <> 'young'
            """)
        let pruned = try await upkeep(consumer).round()
        #expect(pruned == (1, 2))
        #expect(try await fixture.count("delivery_failure", where: "event_id IN ('open', 'young')") == 2)
        // What the inbox has forgotten stays settled.
        #expect(try await letters.list(DeadLetterFilter(), before: nil, limit: 10).map(\.eventId) == ["open"])
    }

    @Test func `the gauge shows open dead letters by reason, and goes back to zero`() async throws {
        let fixture = try await EventTablesFixture()
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            let consumer = fixture.consumer()
            let upkeep = upkeep(consumer)
            let body = EventTablesFixture.event("1", subject: "bad")
            #expect(await consumer.deliver(topic: "todo.events", body: body) == .drop)
            try await upkeep.measure()
            func gauge(_ reason: String) throws -> Double? {
                try metrics.expectGauge(
                    "todo.consumer.dead_letters",
                    [("messaging.consumer.group.name", "audit"), ("reason", reason)]
                ).lastValue
            }
            #expect(try gauge("constraint_violation") == 1)
            #expect(try gauge("attempts_exhausted") == 0)
            try await DeadLetters(of: consumer).discard("1", by: "operator")
            try await upkeep.measure()
            #expect(try gauge("constraint_violation") == 0)
        }
    }
}
