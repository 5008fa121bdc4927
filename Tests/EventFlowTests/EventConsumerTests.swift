import Dapr
import EventFlow
import Logging
import Postgres
import Testing

struct EventConsumerTests {
    struct Broken: Error {}

    private func consumer(_ fixture: EventTablesFixture, _ handler: EventRoute.Handler? = nil)
        -> EventConsumer
    {
        let record: EventRoute.Handler = { event, transaction in
            try await transaction.execute(
                "INSERT INTO flow.effect (subject) VALUES (\(event.envelope.subject ?? ""))")
        }
        return EventConsumer(
            group: "audit", schema: EventTablesFixture.schema,
            routes: [EventRoute(topic: "todo.events", types: ["a.v1"], handler: handler ?? record)],
            database: fixture.database, pubsub: "pubsub", logger: Logger(label: "test"))
    }

    private func event(_ id: String = "1", type: String = "a.v1", source: String = "tasks") -> [UInt8] {
        CloudEvent(
            id: id, source: source, type: type, subject: "task-1", time: "2026-11-21T09:30:00.000Z",
            data: Array("{}".utf8)
        ).jsonBytes()
    }

    @Test func `an event has its effect once, however often it is delivered, also at the same time`()
        async throws
    {
        let fixture = try await EventTablesFixture()
        let consumer = consumer(fixture)
        let body = event()
        await withTaskGroup(of: DeliveryStatus.self) { group in
            for _ in 0..<8 { group.addTask { await consumer.deliver(topic: "todo.events", body: body) } }
            for await status in group { #expect(status == .success) }
        }
        #expect(await consumer.deliver(topic: "todo.events", body: event("2")) == .success)
        #expect(try await fixture.count("effect") == 2)
        #expect(try await fixture.count("inbox") == 2)
    }

    @Test func `a failing handler leaves nothing, and succeeds when asked again`() async throws {
        let fixture = try await EventTablesFixture()
        let failing = consumer(fixture) { _, transaction in
            try await transaction.execute("INSERT INTO flow.effect (subject) VALUES ('half')")
            throw Broken()
        }
        #expect(await failing.deliver(topic: "todo.events", body: event()) == .retry)
        #expect(try await fixture.count("effect") == 0)
        #expect(try await fixture.count("inbox") == 0)
        #expect(await consumer(fixture).deliver(topic: "todo.events", body: event()) == .success)
        #expect(try await fixture.count("effect") == 1)
    }

    @Test func `what can never succeed is dropped`() async throws {
        let fixture = try await EventTablesFixture()
        let rejecting = consumer(fixture) { _, _ in throw EventRejected(reason: "bad_payload") }
        #expect(await rejecting.deliver(topic: "todo.events", body: event()) == .drop)
        for body in ["", "[]", "{", #"{"id":"1"}"#, #"{"id":7,"source":"s","type":"t"}"#] {
            #expect(
                await consumer(fixture).deliver(topic: "todo.events", body: Array(body.utf8)) == .drop,
                "\(body)")
        }
        #expect(try await fixture.count("inbox") == 0)
    }

    @Test func `own events and types that nobody asked for are acknowledged without effect`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = consumer(fixture)
        #expect(await consumer.deliver(topic: "todo.events", body: event(source: "audit")) == .success)
        #expect(await consumer.deliver(topic: "todo.events", body: event(type: "b.v1")) == .success)
        #expect(try await fixture.count("effect") == 0)
    }

    @Test func `the sidecar is told of each topic once, with its dead letters`() async throws {
        let fixture = try await EventTablesFixture()
        let subscriptions = consumer(fixture).subscriptions
        #expect(subscriptions.map(\.topic) == ["todo.events"])
        #expect(subscriptions.first?.route == "/events/todo.events")
        #expect(subscriptions.first?.deadLetterTopic == "todo.events.dlq")
    }
}
