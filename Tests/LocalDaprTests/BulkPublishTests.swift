import CurlHTTP
import InMemoryTracing
import TestSupport
import Testing
import Tracing

@testable import LocalDapr

@Suite(.serialized, .timeLimit(.minutes(2)))
struct BulkPublishTests {
    private func bulk(
        _ rig: SidecarRig, _ body: String, path: String = "/v1.0/publish/bulk/pubsub/t", query: String = "",
        headers: [(String, String)] = []
    ) async throws -> HTTPClientResponse {
        try await rig.call(
            "a", "POST", path + query, headers: [("content-type", "application/json")] + headers, body: body)
    }

    @Test(arguments: ["/v1.0/publish/bulk/pubsub/t", "/v1.0-alpha1/publish/bulk/pubsub/t"])
    func `many events go in with one call, each key in order`(path: String) async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let rig = try await SidecarRig([.of("a", app)])
        let entries = (0..<60).map { number in
            """
            {"entryId":"\(number)","event":"\(number)","contentType":"text/plain",
             "metadata":{"partitionKey":"k\(number % 3)"}}
            """
        }
        let answer = try await bulk(rig, "[\(entries.joined(separator: ","))]", path: path)
        #expect(answer.status == 204)
        let received = await app.received(60)
        for key in 0..<3 {
            let own = received.filter { $0.headers["__key"] == "k\(key)" }.compactMap(\.data)
            #expect(own == (0..<60).filter { $0 % 3 == key }.map(String.init))
        }
        #expect(Set(received.compactMap { $0.event?["id"]?.text }).count == 60)
        try await rig.stop()
    }

    @Test func `bulks of several callers at once neither lose nor double an offset`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let rig = try await SidecarRig([.of("a", app)])
        try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    let entries = (0..<20).map { number in
                        let key = (number * 7 + caller) % 11
                        return
                            #"{"entryId":"\#(number)","event":"\#(caller)-\#(number)","contentType":"text/plain","#
                            + #""metadata":{"partitionKey":"\#(key)"}}"#
                    }
                    return try await bulk(rig, "[\(entries.joined(separator: ","))]").status
                }
            }
            for try await status in group { #expect(status == 204) }
        }
        let received = await app.received(160)
        #expect(Set(received.compactMap(\.data)).count == 160)
        let places = received.map { "\($0.headers["__partition"] ?? "")/\($0.headers["__offset"] ?? "")" }
        #expect(Set(places).count == 160)
        try await rig.stop()
    }

    @Test func `entries keep their kind, and their own traces`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let rig = try await SidecarRig([.of("a", app)])
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let body = """
            [{"entryId":"1","event":{"n":1.50},"contentType":"application/json"},
             {"entryId":"2","event":"aGk=","contentType":"application/octet-stream"},
             {"entryId":"3","event":{"id":"x","traceid":"\(own)","traceparent":"\(own)"},
              "contentType":"application/cloudevents+json"}]
            """
        let answer = try await bulk(
            rig, body, query: "?metadata.partitionKey=k",
            headers: [("traceparent", "00-\(trace)-00f067aa0ba902b7-01")])
        #expect(answer.status == 204)
        let received = await app.received(3)
        try await rig.stop()
        #expect(received[0].event?["data"] == .object(["n": .number("1.50")]))
        #expect(received[1].event?["data_base64"]?.text == "aGk=")
        #expect(received[2].event?["traceparent"]?.text == own)
        let spans = rig.tracer.memory.finishedSpans
        let call = try #require(
            spans.first { $0.operationName == "/v1.0/publish/bulk/pubsub/t" && $0.kind == .client })
        let producers = spans.filter { $0.kind == .producer }
        #expect(producers.count == 3)
        #expect(producers.allSatisfy { $0.traceID == trace && $0.parentSpanID == call.spanID })
        #expect(received[0].event?["traceid"]?.text == producers[0].traceparent)
        #expect(received[1].event?["traceid"]?.text == producers[1].traceparent)
    }

    @Test(arguments: [
        "no", "{}", #"[{"event":"x"}]"#, #"[{"entryId":"1","contentType":"text/plain"}]"#,
        #"[{"entryId":"1","event":"x"},{"entryId":"1","event":"y"}]"#,
        #"[{"entryId":"1","event":{},"contentType":"text/plain"}]"#,
        #"[{"entryId":"1","event":"%","contentType":"application/octet-stream"}]"#,
        #"[{"entryId":"1","event":"x","contentType":"application/cloudevents+json"}]"#,
    ])
    func `a list that cannot be read is refused whole`(body: String) async throws {
        let app = try TestApp()
        let rig = try await SidecarRig([.of("a", app)])
        let answer = try await bulk(rig, body)
        #expect(answer.status == 400)
        #expect(JSONReader.read(answer.body)?["errorCode"]?.text == "ERR_PUBSUB_EVENTS_SER")
        try await rig.stop()
    }

    @Test func `what the broker does not take is named, and the rest is stored`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let rig = try await SidecarRig(
            [.of("a", app)],
            components: [
                ComponentDeclaration(
                    name: "pubsub", type: "pubsub.kafka", metadata: ["maxMessageBytes": "2000"])
            ])
        let large = String(repeating: "x", count: 3000)
        let answer = try await bulk(
            rig,
            #"[{"entryId":"small","event":"1","contentType":"text/plain"},"#
                + #"{"entryId":"large","event":"\#(large)","contentType":"text/plain"}]"#)
        #expect(answer.status == 500)
        let body = try #require(JSONReader.read(answer.body))
        #expect(body["errorCode"]?.text == "ERR_PUBSUB_PUBLISH_MESSAGE")
        #expect(body["failedEntries"]?.elements?.compactMap { $0["entryId"]?.text } == ["large"])
        #expect(await app.received(1).compactMap(\.data) == ["1"])
        #expect(try await rig.publish(large, to: "t").status == 500)
        try await rig.stop()
    }
}
