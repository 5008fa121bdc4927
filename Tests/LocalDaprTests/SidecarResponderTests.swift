import CurlHTTP
import InMemoryTracing
import TestSupport
import Testing
import Tracing

@testable import LocalDapr

/// The HTTP API: tokens, error bodies, health, trace headers.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SidecarResponderTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let traceparent = "00-\(trace)-00f067aa0ba902b7-01"

    private func code(_ response: HTTPClientResponse) -> String? {
        JSONReader.read(response.body)?["errorCode"]?.text
    }

    @Test func `calls need the token, probes do not`() async throws {
        let app = try TestApp()
        let rig = try await SidecarRig([.of("a", app, apiToken: "secret")])
        for headers in [[], [("dapr-api-token", "wrong!")], [("dapr-api-token", "secrets")]] {
            let answer = try await rig.call("a", "POST", "/v1.0/publish/pubsub/t", headers: headers)
            #expect(answer.status == 401)
            #expect(String(decoding: answer.body, as: UTF8.self) == "invalid api token")
        }
        let token = [("dapr-api-token", "secret")]
        #expect(try await rig.call("a", "POST", "/v1.0/publish/pubsub/t", headers: token).status == 204)
        #expect(try await rig.call("a", "GET", "/v1.0/healthz/outbound").status == 204)
        try await rig.stop()
    }

    @Test func `errors have Dapr's bodies`() async throws {
        let app = try TestApp()
        let rig = try await SidecarRig([.of("a", app)])
        let unknown = try await rig.call("a", "POST", "/v1.0/publish/kafka/t", body: "x")
        #expect(unknown.status == 404)
        #expect(code(unknown) == "ERR_PUBSUB_NOT_FOUND")
        #expect(JSONReader.read(unknown.body)?["message"]?.text == "pubsub kafka is not found")
        let reason = JSONReader.read(unknown.body)?["details"]?.elements?.first?["reason"]?.text
        #expect(reason == "DAPR_PUBSUB_NOT_FOUND")

        let topicless = try await rig.call("a", "POST", "/v1.0/publish/pubsub", body: "x")
        #expect(topicless.status == 404)
        #expect(code(topicless) == "ERR_TOPIC_NAME_EMPTY")
        let metadata = try await rig.call("a", "POST", "/v1.0/publish/pubsub/t?metadata.rawPayload=maybe")
        #expect(metadata.status == 400)
        #expect(code(metadata) == "ERR_PUBSUB_REQUEST_METADATA")
        let broken = try await rig.call(
            "a", "POST", "/v1.0/publish/pubsub/t", headers: [("content-type", EventEnvelope.mediaType)],
            body: "{")
        #expect(broken.status == 500)
        #expect(code(broken) == "ERR_PUBSUB_CLOUD_EVENTS_SER")
        let large = String(repeating: "x", count: SidecarResponder.maximumBody + 1)
        let tooLarge = try await rig.call("a", "POST", "/v1.0/publish/pubsub/t", body: large)
        #expect(tooLarge.status == 500)
        #expect(code(tooLarge) == "ERR_PUBSUB_PUBLISH_MESSAGE")
        let nowhere = try await rig.call("a", "GET", "/v1.0/nonsense")
        #expect(nowhere.status == 404)
        #expect(code(nowhere) == "ERR_DIRECT_INVOKE")
        try await rig.stop()
    }

    @Test func `the sidecar is ready once its application is`() async throws {
        let reserved = try TestApp()
        let port = reserved.server.port
        reserved.server.stop()
        let rig = try await SidecarRig([SidecarConfiguration.App(id: "a", apiPort: 0, appPort: port)])
        let early = try await rig.call("a", "GET", "/v1.0/healthz")
        #expect(early.status == 500)
        #expect(code(early) == "ERR_HEALTH_NOT_READY")
        #expect(try await rig.call("a", "GET", "/v1.0/healthz/outbound").status == 204)
        #expect(await rig.services.readiness() == ["database": true, "listeners": true])

        let app = try TestApp(port: UInt16(port), subscriptions: "[\(TestApp.subscription("t"))]")
        try await rig.publish("x", to: "t")
        _ = await app.received(1)
        #expect(try await rig.call("a", "GET", "/v1.0/healthz").status == 204)
        let metadata = try await rig.call("a", "GET", "/v1.0/metadata")
        let described = try #require(JSONReader.read(metadata.body))
        #expect(described["id"]?.text == "a")
        #expect(described["subscriptions"]?.elements?.first?["topic"]?.text == "t")
        #expect(rig.spans(named: "/v1.0/healthz").isEmpty, "probes leave no spans")
        try await rig.stop()
    }

    @Test func `one trace from the publisher's call to every attempt`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let rig = try await SidecarRig([.of("a", app)])
        let answer = try await rig.call(
            "a", "POST", "/v1.0/publish/pubsub/t?metadata.partitionKey=k",
            headers: [("traceparent", Self.traceparent), ("content-type", "application/json")], body: "{}")
        let request = try #require(await app.received(1).first)
        try await rig.stop()

        let spans = rig.tracer.memory.finishedSpans
        let publish = try #require(spans.first { $0.operationName == "/v1.0/publish/pubsub/t" })
        #expect(publish.kind == .client)
        #expect(publish.traceID == Self.trace)
        #expect(publish.attributes.get("dapr.api") == .string("POST /v1.0/publish/pubsub/t"))
        #expect(publish.attributes.get("dapr.status_code") == .string("204"))
        #expect(publish.attributes.get("messaging.system") == .string("pubsub"))
        #expect(answer.headers["traceparent"] == publish.traceparent)
        #expect(request.event?["traceparent"]?.text == publish.traceparent)
        #expect(request.event?["traceid"]?.text == publish.traceparent)

        let delivery = try #require(spans.first { $0.operationName == "pubsub/t" })
        #expect(delivery.kind == .client)
        #expect(delivery.traceID == Self.trace)
        #expect(delivery.parentSpanID == publish.spanID)
        #expect(delivery.attributes.get("messaging.destination.name") == .string("t"))
        #expect(request.headers["traceparent"] == delivery.traceparent)
    }

    @Test func `a ready event's own trace is the parent of its delivery`() async throws {
        let app = try TestApp(subscriptions: "[\(TestApp.subscription("t"))]")
        let rig = try await SidecarRig([.of("a", app)])
        let event = #"{"id":"1","traceid":"\#(Self.traceparent)","traceparent":"\#(Self.traceparent)"}"#
        _ = try await rig.call(
            "a", "POST", "/v1.0/publish/pubsub/t", headers: [("content-type", EventEnvelope.mediaType)],
            body: event)
        let request = try #require(await app.received(1).first)
        try await rig.stop()
        #expect(request.event?["traceparent"]?.text == Self.traceparent)
        let delivery = try #require(rig.tracer.memory.finishedSpans.first { $0.operationName == "pubsub/t" })
        #expect(delivery.parentSpanID == "00f067aa0ba902b7")
        #expect(request.headers["traceparent"] == delivery.traceparent)
    }
}
