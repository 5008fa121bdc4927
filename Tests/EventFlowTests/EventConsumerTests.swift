import Dapr
import EventFlow
import Postgres
import Synchronization
import Testing

struct EventConsumerTests {
    struct Broken: Error {}

    @Test func `an event has its effect once, however often it is delivered, also at the same time`()
        async throws
    {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        let body = EventTablesFixture.event()
        await withTaskGroup(of: DeliveryStatus.self) { group in
            for _ in 0..<8 { group.addTask { await consumer.deliver(topic: "todo.events", body: body) } }
            for await status in group { #expect(status == .success) }
        }
        #expect(await consumer.deliver(topic: "todo.events", body: EventTablesFixture.event("2")) == .success)
        #expect(try await fixture.count("effect") == 2)
        #expect(try await fixture.count("inbox") == 2)
    }

    @Test func `a failing handler leaves nothing, and succeeds when asked again`() async throws {
        let fixture = try await EventTablesFixture()
        let failing = fixture.consumer { _, transaction in
            try await transaction.execute("INSERT INTO flow.effect (subject) VALUES ('half')")
            throw Broken()
        }
        #expect(await failing.deliver(topic: "todo.events", body: EventTablesFixture.event()) == .retry)
        #expect(try await fixture.count("effect") == 0)
        #expect(try await fixture.count("inbox") == 0)
        #expect(
            await fixture.consumer().deliver(topic: "todo.events", body: EventTablesFixture.event())
                == .success)
        #expect(try await fixture.count("effect") == 1)
    }

    @Test func `what can never succeed is dropped`() async throws {
        let fixture = try await EventTablesFixture()
        let rejecting = fixture.consumer { _, _ in throw EventRejected(reason: "bad_payload") }
        #expect(await rejecting.deliver(topic: "todo.events", body: EventTablesFixture.event()) == .drop)
        for body in ["", "[]", "{", #"{"id":"1"}"#, #"{"id":7,"source":"s","type":"t"}"#] {
            #expect(
                await fixture.consumer().deliver(topic: "todo.events", body: Array(body.utf8)) == .drop,
                "\(body)")
        }
        #expect(try await fixture.count("inbox") == 0)
    }

    @Test func `own events and types that nobody asked for are acknowledged without effect`() async throws {
        let fixture = try await EventTablesFixture()
        let consumer = fixture.consumer()
        #expect(
            await consumer.deliver(topic: "todo.events", body: EventTablesFixture.event(source: "audit"))
                == .success)
        #expect(
            await consumer.deliver(topic: "todo.events", body: EventTablesFixture.event(type: "b.v1"))
                == .success)
        #expect(try await fixture.count("effect") == 0)
    }

    @Test func `the sidecar is told of each topic once, and of its dead letters`() async throws {
        let fixture = try await EventTablesFixture()
        let subscriptions = fixture.consumer().subscriptions
        #expect(subscriptions.map(\.topic) == ["todo.events", "todo.events.dlq"])
        #expect(subscriptions.map(\.route) == ["/events/todo.events", "/events/todo.events.dlq"])
        #expect(subscriptions.map(\.deadLetterTopic) == ["todo.events.dlq", nil])
        #expect(subscriptions.map { $0.metadata?["rawPayload"] } == [nil, "true"])
    }

    @Test func `who drains asks for new events later, and lets what runs come to its end`() async throws {
        let fixture = try await EventTablesFixture()
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (finish, finishing) = AsyncStream.makeStream(of: Void.self)
        let consumer = fixture.consumer { _, transaction in
            start.yield()
            for await _ in finish { break }
            try await transaction.execute("INSERT INTO flow.effect (subject) VALUES ('done')")
        }
        async let running = consumer.deliver(topic: "todo.events", body: EventTablesFixture.event())
        for await _ in started { break }
        consumer.drain()
        #expect(await consumer.deliver(topic: "todo.events", body: EventTablesFixture.event("2")) == .retry)
        finishing.yield()
        #expect(await running == .success)
        #expect(try await fixture.count("effect") == 1)
    }

    @Test func `events of one key are handled one after another, also by two replicas`() async throws {
        let fixture = try await EventTablesFixture()
        let under = Mutex(0)
        let most = Mutex(0)
        let handler: EventRoute.Handler = { event, transaction in
            let now = under.withLock { count in
                count += 1
                return count
            }
            most.withLock { $0 = max($0, now) }
            defer { under.withLock { $0 -= 1 } }
            try await transaction.execute(
                "INSERT INTO flow.effect (subject) SELECT \(event.envelope.id)::text FROM pg_sleep(0.01)")
        }
        let replicas = [fixture.consumer(handler), fixture.consumer(handler)]
        await withTaskGroup(of: DeliveryStatus.self) { group in
            for number in 0..<16 {
                group.addTask {
                    await replicas[number % 2].deliver(
                        topic: "todo.events", body: EventTablesFixture.event("\(number)"))
                }
            }
            for await status in group { #expect(status == .success) }
        }
        #expect(most.withLock { $0 } == 1)
        #expect(try await fixture.count("effect") == 16)
    }
}
