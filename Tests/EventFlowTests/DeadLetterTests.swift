import Dapr
import Foundation
import InMemoryTracing
import Logging
import Postgres
import Synchronization
import Testing
import Tracing

@testable import EventFlow

/// Dead letters that the sidecar brings back, and what operators do with them.
struct DeadLetterTests {
    private static let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private func open(_ consumer: EventConsumer) async throws -> [DeadLetter] {
        try await DeadLetters(of: consumer).list(DeadLetterFilter(), before: nil, limit: 100)
    }

    /// What the sidecar makes of bytes where raw payloads were asked for.
    private func wrapped(_ body: [UInt8]) -> [UInt8] {
        var event = CloudEvent(
            id: UUID().uuidString, source: "Dapr", type: "com.dapr.event.sent", time: "",
            dataContentType: "application/octet-stream", data: body)
        event.isBinary = true
        return event.jsonBytes()
    }

    /// Handlers that fail until they are told not to.
    private func mendable(_ fixture: EventTablesFixture) -> (consumer: EventConsumer, mend: () -> Void) {
        let isBroken = Flag()
        let consumer = fixture.consumer { event, transaction in
            if isBroken.isSet { throw EventRejected(reason: "not_now") }
            try await transaction.execute(
                "INSERT INTO flow.effect (subject) VALUES (\(event.envelope.subject ?? ""))")
        }
        return (consumer, { isBroken.clear() })
    }

    final class Flag: Sendable {
        private let value = Mutex(true)
        var isSet: Bool { value.withLock { $0 } }
        func clear() { value.withLock { $0 = false } }
    }

    @Test func `what the sidecar gave up is kept once, wrapped or not, and has had no effect`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        let body = EventTablesFixture.event(traceparent: Self.traceparent)
        for delivery in [wrapped(body), body, wrapped(body)] {
            #expect(await consumer.deliver(topic: "todo.events.dlq", body: delivery) == .success)
        }
        let letter = try #require(try await open(consumer).first)
        #expect(try await open(consumer).count == 1)
        #expect(letter.reason == "undelivered")
        #expect(letter.attempts == 0)
        #expect(letter.topic == "todo.events")
        #expect(letter.createdTraceparent == Self.traceparent)
        #expect(try await DeadLetters(of: consumer).envelope(of: letter.id) == body)
        #expect(try await fixture.count("effect") == 0)
    }

    @Test func `dead letters of others are acknowledged and forgotten`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        #expect(await consumer.deliver(topic: "todo.events", body: EventTablesFixture.event("1")) == .success)
        for body in [
            EventTablesFixture.event("1"), EventTablesFixture.event("2", type: "b.v1"),
            EventTablesFixture.event("3", source: "audit"),
        ] {
            #expect(await consumer.deliver(topic: "todo.events.dlq", body: wrapped(body)) == .success)
        }
        #expect(try await fixture.count("delivery_failure") == 0)
    }

    @Test func `the reason we found stays when the sidecar brings the letter back`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        let body = EventTablesFixture.event(subject: "bad")
        #expect(await consumer.deliver(topic: "todo.events", body: body) == .drop)
        #expect(await consumer.deliver(topic: "todo.events.dlq", body: wrapped(body)) == .success)
        #expect(try await open(consumer).map(\.reason) == ["constraint_violation"])
    }

    @Test func `a later success settles the matter, and the envelope is forgotten`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        let body = EventTablesFixture.event()
        #expect(await consumer.deliver(topic: "todo.events.dlq", body: wrapped(body)) == .success)
        #expect(await consumer.deliver(topic: "todo.events", body: body) == .success)
        #expect(try await open(consumer).isEmpty)
        let letters = DeadLetters(of: consumer)
        let found = try #require(try await letters.find("1"))
        #expect(found.state == .resolved)
        await #expect(throws: DeadLetters.Refusal.notOpen(.resolved)) {
            _ = try await letters.replay("1", by: "operator")
        }
        try await ConsumerUpkeep(of: consumer).round()
        #expect(try await letters.envelope(of: found.id) == nil)
    }

    @Test func `a replay has its effect once, however many ask for it and whatever else is delivered`()
        async throws
    {
        let fixture = try await EventTablesFixture()
        let (consumer, mend) = mendable(fixture)
        let body = EventTablesFixture.event()
        #expect(await consumer.deliver(topic: "todo.events", body: body) == .drop)
        let letters = DeadLetters(of: consumer)
        let failed = try await letters.replay("1", by: "operator")
        #expect(failed.outcome == .failed)
        #expect(failed.reason == "not_now")
        #expect(try await open(consumer).map(\.attempts) == [2])
        mend()
        let outcomes = await withTaskGroup(of: String.self) { group in
            for number in 0..<9 {
                group.addTask {
                    if number == 4 {
                        return await consumer.deliver(topic: "todo.events", body: body).rawValue
                    }
                    return (try? await letters.replay("1", by: "operator").outcome.rawValue) ?? "refused"
                }
            }
            return await group.reduce(into: [String]()) { $0.append($1) }
        }
        #expect(try await fixture.count("effect") == 1)
        #expect(try await fixture.count("inbox") == 1)
        #expect(outcomes.count { $0 == "done" } <= 1)
        #expect(try await open(consumer).isEmpty)
        #expect(try await letters.find("1")?.state == .resolved)
    }

    @Test func `who decided is known, and the envelope is gone`() async throws {
        let fixture = try await EventTablesFixture()
        let (consumer, mend) = mendable(fixture)
        for id in ["a", "b"] {
            let body = EventTablesFixture.event(id, subject: id)
            #expect(await consumer.deliver(topic: "todo.events", body: body) == .drop)
        }
        let letters = DeadLetters(of: consumer)
        try await letters.discard("a", by: "operator")
        mend()
        #expect(try await letters.replay("b", by: "operator").outcome == .done)
        for (id, state) in [("a", DeadLetter.State.discarded), ("b", .resolved)] {
            let letter = try #require(try await letters.find(id))
            #expect(letter.state == state)
            #expect(letter.decidedBy == "operator")
            #expect(letter.settledAt != nil)
            #expect(try await letters.envelope(of: letter.id) == nil)
        }
        await #expect(throws: DeadLetters.Refusal.notOpen(.discarded)) {
            try await letters.discard("a", by: "operator")
        }
        await #expect(throws: DeadLetters.Refusal.unknown) { try await letters.discard("c", by: "operator") }
        // A copy that the sidecar brings late does not open the matter again.
        let late = wrapped(EventTablesFixture.event("a", subject: "a"))
        #expect(await consumer.deliver(topic: "todo.events.dlq", body: late) == .success)
        #expect(try await open(consumer).isEmpty)
    }

    @Test func `many are replayed oldest first, and what fails again stays behind`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        for id in ["1", "2", "3"] {
            let body = EventTablesFixture.event(id, subject: id == "2" ? "bad" : "s\(id)")
            #expect(await consumer.deliver(topic: "todo.events.dlq", body: wrapped(body)) == .success)
        }
        let letters = DeadLetters(of: consumer)
        let first = try await letters.replay(DeadLetterFilter(), after: nil, limit: 2, by: "operator")
        #expect(first.map(\.outcome) == [.done, .failed])
        let rest = try await letters.replay(
            DeadLetterFilter(), after: first.last?.id, limit: 2, by: "operator")
        #expect(rest.map(\.outcome) == [.done])
        #expect(try await open(consumer).map(\.eventId) == ["2"])
        let none = try await letters.replay(
            DeadLetterFilter(topic: "user.events"), after: nil, limit: 2, by: "operator")
        #expect(none.isEmpty)
    }

    @Test func `a replay is a root of its own that is bound to creation, failure and request`() async throws {
        let fixture = try await EventTablesFixture()
        let tracer = InMemoryTracer()
        try await withTracer(tracer) {
            let (consumer, mend) = mendable(fixture)
            let body = EventTablesFixture.event(traceparent: Self.traceparent)
            #expect(await consumer.deliver(topic: "todo.events", body: body) == .drop)
            mend()
            try await withSpan("request") { _ in
                let result = try await DeadLetters(of: consumer).replay("1", by: "operator")
                #expect(result.outcome == .done)
            }
        }
        let replay = try #require(tracer.finishedSpans.first { $0.operationName == "replay todo.events" })
        #expect(replay.parentSpanID == nil)
        #expect(replay.kind == .internal)
        let reasons = replay.links.map { $0.attributes.get("todo.link.reason") }
        #expect(reasons == [.string("replay"), .string("failed_attempt"), .string("request")])
        let attempts = tracer.finishedSpans.filter { $0.operationName == "process todo.events" }
        #expect(attempts.count == 2)
        #expect(attempts.first?.attributes.get("error.type") == .string("not_now"))
        #expect(attempts.first?.attributes.get("todo.event.attempt") == .int64(1))
        #expect(attempts.last?.parentSpanID == replay.spanID)
    }
}
