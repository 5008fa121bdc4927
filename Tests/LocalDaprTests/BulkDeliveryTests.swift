import CurlHTTP
import Synchronization
import TestSupport
import Testing

@testable import LocalDapr

@Suite(.serialized, .timeLimit(.minutes(2)))
struct BulkDeliveryTests {
    private static func subscription(max: Int, wait: Int, deadLetters: Bool = false) -> String {
        let dead = deadLetters ? #""deadLetterTopic":"t.dlq","# : ""
        return #"{"pubsubname":"pubsub","topic":"t","route":"/bulk",\#(dead)"bulkSubscribe":"#
            + #"{"enabled":true,"maxMessagesCount":\#(max),"maxAwaitDurationMs":\#(wait)}}"#
    }

    private static func statuses(_ request: TestApp.Request, _ status: (String) -> String) -> TestApp.Reply {
        let entries = request.event?["entries"]?.elements ?? []
        let answers = entries.map { entry in
            let data = entry["event"]?["data"]?.text ?? ""
            return #"{"entryId":"\#(entry["entryId"]?.text ?? "")","status":"\#(status(data))"}"#
        }
        return .json(200, #"{"statuses":[\#(answers.joined(separator: ","))]}"#)
    }

    private static func data(_ request: TestApp.Request) -> [String] {
        request.event?["entries"]?.elements?.compactMap { $0["event"]?["data"]?.text } ?? []
    }

    @Test func `events come together, in order, and only the failed ones again`() async throws {
        let isFirst = Mutex(true)
        let app = try TestApp(subscriptions: "[\(Self.subscription(max: 3, wait: 60_000))]") { request in
            let first = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            return Self.statuses(request) { first && $0 == "1" ? "RETRY" : "SUCCESS" }
        }
        let rig = try await SidecarRig([.of("a", app)])
        for number in 0..<6 { try await rig.publish("\(number)", to: "t", key: "k") }
        let received = await app.received(3)
        #expect(received.map(Self.data) == [["0", "1", "2"], ["1"], ["3", "4", "5"]])
        let bulk = try #require(received.first?.event)
        #expect(received.first?.headers["content-type"] == "application/json")
        #expect(bulk["type"]?.text == "com.dapr.event.sent.bulk")
        #expect(bulk["topic"]?.text == "t")
        #expect(bulk["pubsubname"]?.text == "pubsub")
        let entry = try #require(bulk["entries"]?.elements?.first)
        #expect(entry["entryId"]?.text == "0")
        #expect(entry["contentType"]?.text == "application/cloudevents+json")
        #expect(entry["metadata"]?["__key"]?.text == "k")
        try await rig.stop()
    }

    @Test func `a bulk that does not fill comes after its wait`() async throws {
        let app = try TestApp(subscriptions: "[\(Self.subscription(max: 50, wait: 10))]") { request in
            Self.statuses(request) { _ in "SUCCESS" }
        }
        let rig = try await SidecarRig([.of("a", app)])
        try await rig.publish("x", to: "t", key: "k")
        #expect(await app.received(1).map(Self.data) == [["x"]])
        try await rig.stop()
    }

    @Test func `dropped entries and those without end become dead letters, alone`() async throws {
        let dead = TestApp.subscription("t.dlq", route: "/dead")
        let app = try TestApp(
            subscriptions: "[\(Self.subscription(max: 3, wait: 60_000, deadLetters: true)),\(dead)]"
        ) {
            request in
            request.path == "/dead"
                ? .respond(200)
                : Self.statuses(request) { ["0": "DROP", "1": "RETRY"][$0] ?? "SUCCESS" }
        }
        let rig = try await SidecarRig([.of("a", app)])
        for number in 0..<3 { try await rig.publish("\(number)", to: "t", key: "k") }
        var count = 2
        while await app.received(count).count(where: { $0.path == "/dead" }) < 2 { count += 1 }
        let received = await app.received(count)
        #expect(Set(received.filter { $0.path == "/dead" }.compactMap(\.data)) == ["0", "1"])
        // Once with all three, ten repetitions of the one that fails.
        #expect(received.filter { $0.path == "/bulk" }.map(Self.data).dropFirst().allSatisfy { $0 == ["1"] })
        #expect(received.count { $0.path == "/bulk" } == 11)
        try await rig.stop()
    }

    @Test func `answers mean`() {
        func outcomes(_ status: Int, _ body: String) -> [DeliveryOutcome] {
            let attempt = EventDelivery.Attempt(
                outcome: DeliveryOutcome(status: status, body: Array(body.utf8)), status: status)
            return EventDelivery.answers(attempt, Array(body.utf8), count: 2).map(\.outcome)
        }
        #expect(outcomes(200, "") == [.retry, .retry])
        #expect(outcomes(404, "") == [.drop, .drop])
        #expect(outcomes(500, "") == [.retry, .retry])
        let some = #"{"statuses":[{"entryId":"1","status":"SUCCESS"},{"entryId":"9","status":"SUCCESS"}]}"#
        #expect(outcomes(200, some) == [.retry, .success])
        #expect(outcomes(200, #"{"statuses":[{"entryId":"0","status":""}]}"#) == [.retry, .retry])
    }
}
