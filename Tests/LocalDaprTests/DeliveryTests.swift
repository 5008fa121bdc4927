import CurlHTTP
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import LocalDapr

/// Events from the publisher's call to the subscriber's answer, over a real log and real sockets.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct DeliveryTests {
    @Test func `each event arrives once, in the order of its key`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let rig = try await SidecarRig([.of("a", app)])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for key in ["k1", "k2", "k3"] {
                group.addTask {
                    for number in 0..<20 {
                        let answer = try await rig.publish("\(key)-\(number)", to: "t", key: key)
                        #expect(answer.status == 204)
                        #expect(answer.body.isEmpty)
                    }
                }
            }
            try await group.waitForAll()
        }
        let received = await app.received(60)
        for key in ["k1", "k2", "k3"] {
            let own = received.filter { $0.headers["__key"] == key }.compactMap(\.data)
            #expect(own == (0..<20).map { "\(key)-\($0)" })
        }
        try await rig.stop()
        #expect(await app.received(60).count == 60)
    }

    @Test func `a delivery looks like Dapr's`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t", route: "/events/t"))]")
        let rig = try await SidecarRig([.of("a", app, appToken: "app-secret")])
        try await rig.publish("hello", to: "t", key: "k")
        let request = try #require(await app.received(1).first)
        #expect(request.method == "POST")
        #expect(request.path == "/events/t")
        #expect(request.headers["content-type"] == "application/cloudevents+json")
        #expect(request.headers["dapr-api-token"] == "app-secret")
        #expect(request.headers["pubsubname"] == "pubsub")
        #expect(request.headers["__topic"] == "t")
        #expect(request.headers["__offset"] == "0")
        #expect(request.headers["__key"] == "k")
        #expect(request.headers["partitionkey"] == "k")
        #expect(request.event?["source"]?.text == "a")
        #expect(request.event?["topic"]?.text == "t")
        let asked = app.server.requests.filter { $0.path.hasPrefix("/dapr/") }
        #expect(asked.map(\.path) == ["/dapr/config", "/dapr/subscribe"])
        #expect(
            asked.allSatisfy {
                $0.headers["dapr-app-id"] == "a" && $0.headers["dapr-api-token"] == "app-secret"
            })
        try await rig.stop()
    }

    @Test func `a refused attempt is repeated in place, later events of the partition wait`() async throws {
        let attempts = Mutex(0)
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t", deadLetters: "t.dlq"))]") { _ in
            let number = attempts.withLock { count in
                count += 1
                return count
            }
            return number <= 2 ? .json(200, #"{"status":"RETRY"}"#) : .respond(200)
        }
        let rig = try await SidecarRig([.of("a", app)])
        try await rig.publish("first", to: "t", key: "k")
        try await rig.publish("second", to: "t", key: "k")
        #expect(await app.received(4).compactMap(\.data) == ["first", "first", "first", "second"])
        try await rig.stop()
    }

    @Test func `a dropped event goes to the dead letters as it was, and the next one comes`() async throws {
        let subscriptions = [
            TestApp.subscription("t", deadLetters: "t.dlq"), TestApp.subscription("t.dlq", route: "/dead"),
        ]
        let app = try TestApp(subscriptions: "[\(subscriptions.joined(separator: ","))]") { request in
            request.path == "/events" && request.data == "bad"
                ? .json(200, #"{"status":"DROP"}"#) : .respond(200)
        }
        let rig = try await SidecarRig([.of("a", app)])
        try await rig.publish("bad", to: "t", key: "k")
        try await rig.publish("good", to: "t", key: "k")
        let received = await app.received(3)
        #expect(received.filter { $0.path == "/events" }.compactMap(\.data) == ["bad", "good"])
        let dead = try #require(received.first { $0.path == "/dead" })
        #expect(dead.body == received.first { $0.data == "bad" }?.body)
        #expect(dead.event?["topic"]?.text == "t")
        #expect(dead.headers["__topic"] == "t", "the first place is told")
        #expect(dead.headers["__key"] == "k")
        try await rig.stop()
    }

    @Test func `an event that fails for the whole patience becomes a dead letter`() async throws {
        let subscriptions = [
            TestApp.subscription("t", deadLetters: "t.dlq"), TestApp.subscription("t.dlq", route: "/dead"),
        ]
        let app = try TestApp(subscriptions: "[\(subscriptions.joined(separator: ","))]") { request in
            request.path == "/events" ? .respond(500) : .respond(200)
        }
        let rig = try await SidecarRig([.of("a", app)])
        try await rig.publish("poison", to: "t")
        var count = 1
        while await !app.received(count).contains(where: { $0.path == "/dead" }) { count += 1 }
        #expect(await app.received(count).filter { $0.path == "/events" }.count > 3)
        try await rig.stop()
    }

    @Test func `without dead letters a failing event is never given up`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]") { _ in .respond(503) }
        let rig = try await SidecarRig([.of("a", app)])
        try await rig.publish("poison", to: "t")
        #expect(await app.received(20).count >= 20)
        try await rig.stop()
    }

    @Test func `a new sidecar goes on where the group stands`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let first = try await SidecarRig([.of("a", app)])
        for number in 0..<3 { try await first.publish("\(number)", to: "t", key: "k") }
        _ = await app.received(3)
        try await first.stop()
        let second = try await SidecarRig([.of("a", app)], database: first.databaseURL)
        try await second.publish("3", to: "t", key: "k")
        #expect(await app.received(4).compactMap(\.data) == ["0", "1", "2", "3"])
        try await second.stop()
    }

    @Test func `an event under way when the sidecar stops comes again`() async throws {
        let isFirst = Mutex(true)
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]") { _ in
            isFirst.withLock { first in
                defer { first = false }
                return first ? .hang : .respond(200)
            }
        }
        let first = try await SidecarRig([.of("a", app)])
        try await first.publish("x", to: "t")
        _ = await app.received(1)
        try await first.stop()
        let second = try await SidecarRig([.of("a", app)], database: first.databaseURL)
        #expect(await app.received(2).compactMap(\.data) == ["x", "x"])
        try await second.stop()
    }

    @Test func `an append by another program is heard of`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let rig = try await SidecarRig([.of("a", app)])
        try await rig.publish("own", to: "t")
        _ = await app.received(1)
        let other = PostgresClient(try PostgresConfiguration(url: rig.databaseURL))
        let event = Array(#"{"data":"foreign"}"#.utf8)
        _ = try await other.query(
            """
            WITH slot AS (
                UPDATE broker.partition SET next_offset = next_offset + 1 WHERE topic = 't' AND number = 5
                RETURNING next_offset - 1 AS taken
            ), stored AS (
                INSERT INTO broker.record (topic, partition, log_offset, body)
                SELECT 't', 5, taken, \(event) FROM slot RETURNING log_offset
            )
            SELECT pg_notify(\(EventLog.channel), '5:t') FROM stored
            """)
        #expect(await app.received(2).last?.data == "foreign")
        await other.close()
        try await rig.stop()
    }

    @Test func `a new group begins with the oldest event`() async throws {
        let publisher = try TestApp()
        let late = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let first = try await SidecarRig([.of("a", publisher)])
        try await first.publish("old", to: "t")
        try await first.stop()
        let second = try await SidecarRig([.of("late", late)], database: first.databaseURL)
        #expect(await late.received(1).compactMap(\.data) == ["old"])
        try await second.stop()
    }

    @Test func `an absent application costs no attempts, and is asked again when it returns`() async throws {
        let subscriptions = "[\(TestApp.subscription("t", deadLetters: "t.dlq"))]"
        let publisher = try TestApp()
        var app: TestApp? = try TestApp(subscriptions: subscriptions)
        let port = try #require(app?.server.port)
        let rig = try await SidecarRig([
            .of("a", publisher), SidecarConfiguration.App(id: "b", apiPort: 0, appPort: port),
        ])
        try await rig.publish("1", to: "t", key: "k")
        _ = await app?.received(1)
        app?.server.stop()
        app = nil
        try await rig.waitUntilAway("b")
        for number in 2...4 { try await rig.publish("\(number)", to: "t", key: "k") }
        let returned = try TestApp(port: UInt16(port), subscriptions: subscriptions)
        // The first event comes once more if the application left before its answer was noted.
        let isRepeated = await returned.received(1).first?.data == "1"
        let received = await returned.received(isRepeated ? 4 : 3).compactMap(\.data)
        #expect(received.suffix(3) == ["2", "3", "4"])
        #expect(returned.server.requests.contains { $0.path == "/dapr/subscribe" })
        try await rig.stop()
    }

    @Test func `foreign bytes reach only who asks for raw payloads`() async throws {
        let raw = #"{"pubsubname":"pubsub","topic":"t","route":"/raw","metadata":{"rawPayload":"true"}}"#
        let app = try TestApp(subscriptions: "[\(raw)]")
        let rig = try await SidecarRig([.of("a", app)])
        let answer = try await rig.call(
            "a", "POST", "/v1.0/publish/pubsub/t?metadata.rawPayload=true", body: "not an event")
        #expect(answer.status == 204)
        let request = try #require(await app.received(1).first)
        #expect(request.event?["data_base64"]?.text == "bm90IGFuIGV2ZW50")
        #expect(request.headers["traceparent"] == nil, "without a trace in the event there is no header")
        #expect(rig.spans(named: "pubsub/").isEmpty)
        try await rig.stop()
    }
}
