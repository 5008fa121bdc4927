import Dapr
import FoundationEssentials
import Logging
import Metrics
import MetricsTestKit
import Postgres
import Synchronization
import Testing

@testable import EventFlow

/// What is written down about an event that could not be handled, and what the sidecar is told.
struct DeliveryFailureTests {
    struct Broken: Error {}

    struct NoTitle: EventContract {
        func violation(ofType type: String, data: [UInt8]) -> String? {
            String(decoding: data, as: UTF8.self).contains("title") ? nil : "missing /task/title"
        }
    }

    private func letters(_ consumer: EventConsumer, _ state: DeadLetter.State = .open) async throws
        -> [DeadLetter]
    {
        try await DeadLetters(of: consumer).list(DeadLetterFilter(state: state), before: nil, limit: 100)
    }

    @Test func `poison is dropped at once, with its reason written down`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        let body = EventTablesFixture.event("7", subject: "bad", sequence: 4)
        #expect(await consumer.deliver(topic: "todo.events", body: body) == .drop)
        let letter = try #require(try await letters(consumer).first)
        #expect(letter.eventId == "7")
        #expect(letter.reason == "constraint_violation")
        #expect(letter.detail == "23514 effect_subject_check")
        #expect(letter.attempts == 1)
        #expect(letter.subject == "bad")
        #expect(letter.sequence == 4)
        #expect(letter.state == .open)
        #expect(try await DeadLetters(of: consumer).envelope(of: letter.id) == body)
        #expect(try await fixture.count("effect") == 0)
        #expect(try await fixture.count("inbox") == 0)
    }

    @Test func `a payload against the contract never reaches the handler`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer(contract: NoTitle())
        #expect(await consumer.deliver(topic: "todo.events", body: EventTablesFixture.event()) == .drop)
        let good = EventTablesFixture.event("2", data: #"{"title":"x"}"#)
        #expect(await consumer.deliver(topic: "todo.events", body: good) == .success)
        let letter = try #require(try await letters(consumer).first)
        #expect(letter.reason == "schema_violation")
        #expect(letter.detail == "missing /task/title")
        #expect(try await fixture.count("effect") == 1)
    }

    @Test func `what fails without explanation is asked for again, so many times and no more`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer(settings: .init(attemptLimit: 3)) { _, _ in throw Broken() }
        let body = EventTablesFixture.event()
        #expect(await consumer.deliver(topic: "todo.events", body: body) == .retry)
        #expect(try await letters(consumer).isEmpty)
        #expect(try await letters(consumer, .retrying).map(\.attempts) == [1])
        #expect(await consumer.deliver(topic: "todo.events", body: body) == .retry)
        #expect(await consumer.deliver(topic: "todo.events", body: body) == .drop)
        let letter = try #require(try await letters(consumer).first)
        #expect(letter.reason == "attempts_exhausted")
        #expect(letter.detail == "Broken")
        #expect(letter.attempts == 3)
    }

    @Test func `what time can mend is asked for again for ever, and does not use attempts up`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer(settings: .init(attemptLimit: 2)) { event, _ in
            throw event.envelope.subject == "now" ? Broken() as any Error : EventPostponed()
        }
        for _ in 0..<5 {
            let body = EventTablesFixture.event()
            #expect(await consumer.deliver(topic: "todo.events", body: body) == .retry)
        }
        #expect(try await letters(consumer, .retrying).map(\.attempts) == [5])
        let now = EventTablesFixture.event(subject: "now")
        #expect(await consumer.deliver(topic: "todo.events", body: now) == .retry)
        #expect(await consumer.deliver(topic: "todo.events", body: now) == .drop)
    }

    @Test func `a database that is away costs a repetition and nothing else`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        await fixture.database.close()
        #expect(await consumer.deliver(topic: "todo.events", body: EventTablesFixture.event()) == .retry)
        #expect(await consumer.deliver(topic: "todo.events", body: []) == .retry)
        let letter = EventTablesFixture.event()
        #expect(await consumer.deliver(topic: "todo.events.dlq", body: letter) == .retry)
    }

    @Test(arguments: ["", "[]", "{", #"{"id":"1"}"#, #"{"id":"a\u0000","source":"s","type":"t"}"#])
    func `what is no event is known by a digest of its bytes`(text: String) async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        for topic in ["todo.events", "todo.events", "todo.events.dlq"] {
            let status = await consumer.deliver(topic: topic, body: Array(text.utf8))
            #expect(status == (topic == "todo.events" ? .drop : .success))
        }
        let found = try await letters(consumer)
        #expect(found.map(\.reason) == ["bad_envelope"])
        #expect(found.first?.eventId.hasPrefix("sha256:") == true)
        #expect(found.first?.attempts == 3)
        #expect(found.first?.topic == "todo.events")
    }

    @Test func `texts that cannot be stored do not keep the record from being written`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        let body = #"{"id":"1","source":"s","type":"a.v1","subject":"a\u0000b","userid":"\u0000"}"#
        #expect(await consumer.deliver(topic: "todo.events", body: Array(body.utf8)) == .drop)
        let letter = try #require(try await letters(consumer).first)
        #expect(letter.reason == "data_exception")
        #expect(letter.subject == nil)
        #expect(letter.userId == nil)
    }

    @Test func `attempts, dead letters, duplicates and unknown types are counted`() async throws {
        let fixture = try await EventTablesFixture()
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            let consumer = fixture.consumer()
            let events = [
                EventTablesFixture.event("1"), EventTablesFixture.event("1"),
                EventTablesFixture.event("2", subject: "bad"), EventTablesFixture.event("3", type: "b.v1"),
            ]
            for body in events { _ = await consumer.deliver(topic: "todo.events", body: body) }
            let group = ("messaging.consumer.group.name", "audit")
            for outcome in ["done", "duplicate", "rejected"] {
                let counter = try metrics.expectCounter(
                    "todo.consumer.attempts", [group, ("outcome", outcome)])
                #expect(counter.totalValue == 1)
            }
            #expect(
                try metrics.expectCounter(
                    "todo.consumer.dead_lettered",
                    [group, ("todo.event.type", "a.v1"), ("reason", "constraint_violation")]
                ).totalValue == 1)
            #expect(try metrics.expectCounter("todo.consumer.duplicates", [group]).totalValue == 1)
            #expect(
                try metrics.expectCounter(
                    "todo.consumer.unknown_types", [("messaging.destination.name", "todo.events"), group]
                ).totalValue == 1)
            #expect(try metrics.expectMeter("todo.consumer.in_flight", [group]).values.last == 0)
            consumer.arrived(appendedMilliseconds: Int64(Date().timeIntervalSince1970 * 1000) - 60_000)
            let broker = try metrics.expectTimer("todo.event.stage.duration", [("stage", "broker")])
            #expect(broker.values.count == 1 && broker.values[0] >= 60_000_000_000)
            let handler = try metrics.expectTimer("todo.event.stage.duration", [("stage", "handler")])
            #expect(handler.values.count == 1)
            // What comes from outside is no label.
            #expect(!metrics.counters.contains { $0.dimensions.contains { $0.1 == "b.v1" } })
        }
    }
}
