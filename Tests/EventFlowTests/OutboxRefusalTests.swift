import CurlHTTP
import Dapr
import Logging
import MetricsTestKit
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import EventFlow

struct OutboxRefusalTests {
    @Test func `many keys share calls, and what is refused in one is tried again without its neighbours`()
        async throws
    {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let refusals = Mutex(0)
        let sidecar = try TinyHTTPServer { request in
            published.answer(request) { event in
                guard event.partitionKey == "key-3", event.sequence == 1 else { return false }
                return refusals.withLock { count in
                    count += 1
                    return count <= 2
                }
            }
        }
        defer { sidecar.stop() }
        try await fixture.fill(600, keys: 200)
        let http = HTTPClient()
        let relay = try TestRelay(fixture, port: sidecar.port, http: http)
        relay.start()
        try await fixture.eventually { try await fixture.count("outbox") == 0 }
        await relay.stop()
        #expect(published.all.count == 600, "each once")
        #expect(published.firstArrivals.count == 200)
        #expect(published.firstArrivals.values.allSatisfy { $0 == [1, 2, 3] })
        let calls = sidecar.requests.filter { $0.path == "/v1.0/publish/bulk/pubsub/todo.events" }
        #expect((1...20).contains(calls.count), "\(calls.count) calls")
        await http.close()
    }

    @Test func `a sidecar that does not know bulk publishing gets the events one by one`() async throws {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let sidecar = try TinyHTTPServer { request in
            guard !request.path.hasPrefix("/v1.0/publish/bulk/") else {
                return .json(
                    404, #"{"errorCode":"ERR_PUBSUB_NOT_FOUND","message":"pubsub bulk is not found"}"#)
            }
            return published.answer(request)
        }
        defer { sidecar.stop() }
        try await fixture.fill(300, keys: 150)
        let http = HTTPClient()
        let relay = try TestRelay(fixture, port: sidecar.port, http: http)
        relay.start()
        try await fixture.eventually { try await fixture.count("outbox") == 0 }
        await relay.stop()
        #expect(published.all.count == 300)
        #expect(published.firstArrivals.values.allSatisfy { $0 == [1, 2] })
        let inBulk = sidecar.requests.filter { $0.path.hasPrefix("/v1.0/publish/bulk/") }.count
        #expect((1...4).contains(inBulk), "not asked again: \(inBulk)")
        await http.close()
    }

    @Test func `one event that spoils its call is found and set aside, the others go`() async throws {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let refusal = TinyHTTPServer.Reply.json(400, #"{"errorCode":"ERR_PUBSUB_EVENTS_SER","message":"x"}"#)
        let sidecar = try TinyHTTPServer { request in
            request.bodyText.contains(#""subject":"key-7""#) ? refusal : published.answer(request)
        }
        defer { sidecar.stop() }
        try await fixture.fill(100, keys: 100)
        let http = HTTPClient()
        let relay = try TestRelay(fixture, port: sidecar.port, http: http)
        relay.start()
        try await fixture.eventually { try await fixture.count("outbox", where: "parked_at IS NULL") == 0 }
        await relay.stop()
        #expect(published.all.count == 99)
        #expect(
            try await fixture.count(
                "outbox", where: "parked_at IS NOT NULL AND last_error = 'ERR_PUBSUB_EVENTS_SER'") == 1)
        await http.close()
    }

    @Test func `an event that is refused again and again is set aside while its topic takes others`()
        async throws
    {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let sidecar = try TinyHTTPServer { request in
            published.answer(request) { $0.subject == "stubborn" && $0.sequence == 1 }
        }
        defer { sidecar.stop() }
        let http = HTTPClient()
        let relay = try TestRelay(fixture, port: sidecar.port, http: http) { $0.attempts = 4 }
        try await fixture.append(subject: "good", sequence: 1)
        relay.start()
        try await fixture.eventually { published.all.count == 1 }
        for sequence in 1...2 { try await fixture.append(subject: "stubborn", sequence: Int64(sequence)) }
        try await fixture.eventually { published.all.count == 2 }
        await relay.stop()
        #expect(published.all.map(\.sequence) == [1, 2])
        #expect(try await fixture.count("outbox", where: "attempts = 4 AND parked_at IS NOT NULL") == 1)
        await http.close()
    }

    @Test func `while the broker takes nothing, no attempt counts and nothing is set aside`() async throws {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let isBroken = Mutex(true)
        let sidecar = try TinyHTTPServer { request in
            isBroken.withLock { $0 }
                ? .json(500, #"{"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE","message":"x"}"#)
                : published.answer(request)
        }
        defer { sidecar.stop() }
        try await fixture.fill(200, keys: 50)
        let http = HTTPClient()
        let relay = try TestRelay(fixture, port: sidecar.port, http: http) { $0.attempts = 2 }
        relay.start()
        _ = await sidecar.waitForRequests(60)
        #expect(try await fixture.count("outbox", where: "parked_at IS NULL AND attempts = 0") == 200)
        #expect(try await fixture.count("outbox", where: "last_error = 'ERR_PUBSUB_PUBLISH_MESSAGE'") > 0)
        isBroken.withLock { $0 = false }
        try await fixture.eventually { try await fixture.count("outbox") == 0 }
        await relay.stop()
        #expect(published.firstArrivals.values.allSatisfy { $0 == [1, 2, 3, 4] })
        await http.close()
    }

    @Test func `a person can look at parked events, let them go or throw them away`() async throws {
        let fixture = try await EventTablesFixture()
        try await fixture.fill(5, keys: 5)
        try await fixture.database.execute(
            "UPDATE flow.outbox SET parked_at = now(), last_error = 'HTTP_413', attempts = 3 WHERE subject <> 'key-0'"
        )
        let events = ParkedEvents(outbox: fixture.outbox, database: fixture.database)
        let first = try await events.parked(limit: 3)
        let rest = try await events.parked(limit: 3, after: first.last?.id)
        #expect(first.count == 3)
        #expect(rest.count == 1)
        #expect(Set((first + rest).map(\.subject)) == ["key-1", "key-2", "key-3", "key-4"])
        #expect(first.allSatisfy { $0.reason == "HTTP_413" && $0.attempts == 3 })
        let (released, discarded) = (try #require(first.first), try #require(rest.first))
        #expect(try await events.release(released.id))
        #expect(try await !events.release(released.id))
        #expect(try await events.discard(discarded.id))
        #expect(try await !events.discard(released.id), "only what is parked can be thrown away")
        let published = PublishedEvents()
        let sidecar = try TinyHTTPServer { published.answer($0) }
        defer { sidecar.stop() }
        let http = HTTPClient()
        let relay = try TestRelay(fixture, port: sidecar.port, http: http)
        relay.start()
        try await fixture.eventually { try await fixture.count("outbox") == 2 }
        await relay.stop()
        #expect(Set(published.all.map(\.subject)) == ["key-0", released.subject])
        await http.close()
    }
}
