import CurlHTTP
import Dapr
import EventFlow
import Postgres
import Synchronization
import TestSupport
import Testing

struct OutboxRelayTests {
    /// Runs relays while the body runs.
    private func running(_ relays: [OutboxRelay], _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for relay in relays { group.addTask { try await relay.run() } }
            try await body()
            group.cancelAll()
        }
    }

    @Test func `a committed event is published whole and then forgotten, one rolled back never existed`()
        async throws
    {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let sidecar = try TinyHTTPServer { request in
            published.note(request)
            return .respond(204)
        }
        defer { sidecar.stop() }
        struct Undo: Error {}
        let event = OutgoingEvent(
            topic: "todo.events", type: "todo.task.created.v1", subject: "gone", partitionKey: "gone",
            sequence: 1,
            userID: nil, actor: "user", json: Array("{}".utf8))
        await #expect(throws: Undo.self) {
            try await fixture.database.transaction { transaction in
                try await fixture.outbox.append(event, in: transaction)
                throw Undo()
            }
        }
        try await fixture.append(subject: "task-1", sequence: 1)
        let http = HTTPClient()
        try await running([try fixture.relay(to: sidecar.port, http: http)]) {
            try await fixture.eventually { try await fixture.count("outbox") == 0 }
        }
        let sent = try #require(published.all.first)
        #expect(published.all.count == 1)
        #expect(sent.subject == "task-1")
        #expect(sent.source == "tasks")
        #expect(sent.userID == "user-1")
        #expect(sent.sequence == 1)
        #expect(sent.traceid == sent.traceparent)
        #expect(String(decoding: sent.data, as: UTF8.self) == #"{"n":1}"#)
        let request = try #require(sidecar.requests.first)
        #expect(request.target.hasPrefix("/v1.0/publish/pubsub/todo.events"))
        #expect(request.target.contains("metadata.partitionKey=task-1"))
        await http.close()
    }

    @Test func `events of one key keep their order through failures, and other keys do not wait`()
        async throws
    {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let failures = Mutex(3)
        let sidecar = try TinyHTTPServer { request in
            let event = try? CloudEvent(json: request.body)
            let fails =
                event?.subject == "slow" && event?.sequence == 1
                && failures.withLock { left in
                    left -= 1
                    return left >= 0
                }
            if fails { return .json(500, #"{"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE","message":"x"}"#) }
            published.note(request)
            return .respond(204)
        }
        defer { sidecar.stop() }
        for sequence in 1...4 { try await fixture.append(subject: "slow", sequence: Int64(sequence)) }
        try await fixture.append(subject: "quick", sequence: 1)
        let http = HTTPClient()
        try await running([try fixture.relay(to: sidecar.port, http: http)]) {
            try await fixture.eventually { try await fixture.count("outbox") == 0 }
        }
        #expect(published.all.filter { $0.subject == "slow" }.map(\.sequence) == [1, 2, 3, 4])
        #expect(published.all.first?.subject == "quick")
        await http.close()
    }

    @Test func `what the sidecar refuses for good is set aside with its reason, and its key goes on`()
        async throws
    {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let sidecar = try TinyHTTPServer { request in
            if (try? CloudEvent(json: request.body))?.sequence == 1 {
                return .json(400, #"{"errorCode":"ERR_PUBSUB_EVENTS_SER","message":"x"}"#)
            }
            published.note(request)
            return .respond(204)
        }
        defer { sidecar.stop() }
        try await fixture.append(subject: "task-1", sequence: 1)
        try await fixture.append(subject: "task-1", sequence: 2)
        let http = HTTPClient()
        try await running([try fixture.relay(to: sidecar.port, http: http)]) {
            try await fixture.eventually {
                try await fixture.count("outbox", where: "parked_at IS NULL") == 0
            }
        }
        #expect(published.all.map(\.sequence) == [2])
        #expect(try await fixture.count("outbox", where: "parked_at IS NOT NULL AND last_error <> ''") == 1)
        await http.close()
    }

    @Test func `with the sidecar away events wait, untouched, and leave when it is back`() async throws {
        let fixture = try await EventTablesFixture()
        let port = try FreePorts.one()
        let published = PublishedEvents()
        for sequence in 1...3 { try await fixture.append(subject: "task-1", sequence: Int64(sequence)) }
        let http = HTTPClient()
        try await running([try fixture.relay(to: port, http: http)]) {
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await fixture.count("outbox", where: "attempts = 0 AND parked_at IS NULL") == 3)
            let sidecar = try TinyHTTPServer(port: UInt16(port)) { request in
                published.note(request)
                return .respond(204)
            }
            defer { sidecar.stop() }
            try await fixture.eventually { try await fixture.count("outbox") == 0 }
        }
        #expect(published.all.map(\.sequence) == [1, 2, 3])
        await http.close()
    }

    @Test func `two relays keep order and send each event once`() async throws {
        let fixture = try await EventTablesFixture()
        let published = PublishedEvents()
        let sidecar = try TinyHTTPServer { request in
            published.note(request)
            return .respond(204)
        }
        defer { sidecar.stop() }
        let http = HTTPClient()
        try await running([
            try fixture.relay(to: sidecar.port, http: http), try fixture.relay(to: sidecar.port, http: http),
        ]) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for key in 0..<5 {
                    group.addTask {
                        for sequence in 1...8 {
                            try await fixture.append(subject: "task-\(key)", sequence: Int64(sequence))
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await fixture.eventually { try await fixture.count("outbox") == 0 }
        }
        #expect(published.all.count == 40)
        for key in 0..<5 {
            #expect(published.all.filter { $0.subject == "task-\(key)" }.map(\.sequence) == Array(1...8))
        }
        await http.close()
    }
}
