import CurlHTTP
import Dapr
import InMemoryTracing
import Metrics
import MetricsTestKit
import TestSupport
import Testing
import Tracing

/// Secrets, bindings, bulk publishing, metadata; and what every call leaves behind.
@Suite struct BuildingBlockTests {
    private static func event(_ id: String) -> CloudEvent {
        CloudEvent(id: id, source: "a", type: "t", time: "", data: "{}".bytes)
    }

    @Test func `secrets are read one by one or all at once`() async throws {
        let one = try DaprDouble(200, #"{"user":"u","password":"p"}"#)
        #expect(
            try await one.client.secret("db/1", in: "vault", metadata: ["version": "2 b", "a": "1"])
                == ["user": "u", "password": "p"])
        #expect(one.last?.target == "/v1.0/secrets/vault/db%2F1?metadata.a=1&metadata.version=2%20b")
        let all = try DaprDouble(200, #"{"db":{"user":"u"},"x":{"x":"1"}}"#)
        #expect(try await all.client.secrets(in: "vault") == ["db": ["user": "u"], "x": ["x": "1"]])
        #expect(all.last?.target == "/v1.0/secrets/vault/bulk")
    }

    @Test func `a secret that is not there is none, a store that is not there is an error`() async throws {
        let missing = try DaprDouble(500, #"{"errorCode":"ERR_SECRET_GET","message":"secret x not found"}"#)
        #expect(try await missing.client.secret("x", in: "vault") == nil)
        for (status, code) in [
            (401, "ERR_SECRET_STORE_NOT_FOUND"), (500, "ERR_SECRET_STORES_NOT_CONFIGURED"),
            (403, "ERR_PERMISSION_DENIED"),
        ] {
            let dapr = try DaprDouble(status, #"{"errorCode":"\#(code)","message":"m"}"#)
            let error = await #expect(throws: DaprError.self) {
                _ = try await dapr.client.secret("x", in: "vault")
            }
            #expect(error == .rejected(status: status, code: code))
        }
        let odd = try DaprDouble(200, "[]")
        await #expect(throws: DaprError.unreadableAnswer) {
            _ = try await odd.client.secret("x", in: "vault")
        }
    }

    @Test func `a binding is told its operation and answers in body and metadata`() async throws {
        let dapr = try DaprDouble { _ in
            .respond(200, headers: ["metadata.Rows": "3"], body: "[1]".bytes)
        }
        let answer = try await dapr.client.invokeBinding(
            "mail", operation: "create", data: #"{"a":1}"#.bytes, metadata: ["to": "x"])
        #expect(answer.body == "[1]".bytes)
        #expect(answer.metadata == ["rows": "3"])
        #expect(dapr.last?.target == "/v1.0/bindings/mail")
        #expect(dapr.last?.bodyText == #"{"operation":"create","data":{"a":1},"metadata":{"to":"x"}}"#)
        let refused = try DaprDouble(500, #"{"errorCode":"ERR_INVOKE_OUTPUT_BINDING","message":"m"}"#)
        await #expect(throws: DaprError.rejected(status: 500, code: "ERR_INVOKE_OUTPUT_BINDING")) {
            _ = try await refused.client.invokeBinding("mail", operation: "create")
        }
    }

    @Test func `many events go out in one call, each under its own key`() async throws {
        let dapr = try DaprDouble(204)
        let first = Self.event("1")
        let failed = try await dapr.client.publishBulk(
            [BulkEntry(first, partitionKey: "k"), BulkEntry(Self.event("2"), partitionKey: nil, id: "e")],
            topic: "todo.events")
        #expect(failed.isEmpty)
        #expect(dapr.last?.target == "/v1.0/publish/bulk/pubsub/todo.events")
        #expect(dapr.last?.headers["content-type"] == "application/json")
        let event = String(decoding: first.jsonBytes(), as: UTF8.self)
        let text = dapr.last?.bodyText ?? ""
        #expect(
            text.hasPrefix(
                #"[{"entryId":"1","event":\#(event),"contentType":"application/cloudevents+json","metadata":{"partitionKey":"k"}},{"entryId":"e","#
            ))
        #expect(try await dapr.client.publishBulk([], topic: "t").isEmpty)
        #expect(dapr.server.requests.count == 1)
    }

    @Test func `a bulk call that half succeeded names what failed`() async throws {
        let partial = try DaprDouble(
            500,
            #"{"failedEntries":[{"entryId":"2","error":"x"}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}"#)
        let entries = ["1", "2"].map { BulkEntry(Self.event($0), partitionKey: $0) }
        #expect(try await partial.client.publishBulk(entries, topic: "t") == ["2"])
        for (status, body, code) in [
            (
                500, #"{"failedEntries":[],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}"#,
                "ERR_PUBSUB_PUBLISH_MESSAGE"
            ),
            (400, #"{"errorCode":"ERR_PUBSUB_EVENTS_SER","message":"m"}"#, "ERR_PUBSUB_EVENTS_SER"),
            (404, #"{"errorCode":"ERR_PUBSUB_NOT_FOUND","message":"m"}"#, "ERR_PUBSUB_NOT_FOUND"),
            (502, "<html>", "HTTP_502"),
        ] {
            let dapr = try DaprDouble { _ in .text(status, body) }
            await #expect(throws: DaprError.rejected(status: status, code: code)) {
                _ = try await dapr.client.publishBulk(entries, topic: "t")
            }
            #expect(dapr.server.requests.count == 1)
        }
    }

    @Test func `an older sidecar takes bulk calls under its older path`() async throws {
        let dapr = try DaprDouble { request in
            request.path.hasPrefix("/v1.0-alpha1/")
                ? .respond(204) : .json(404, #"{"errorCode":"ERR_DIRECT_INVOKE","message":"m"}"#)
        }
        #expect(
            try await dapr.client.publishBulk([BulkEntry(Self.event("1"), partitionKey: nil)], topic: "t")
                .isEmpty)
        #expect(dapr.last?.target == "/v1.0-alpha1/publish/bulk/pubsub/t")
    }

    @Test func `the sidecar says what it is`() async throws {
        let dapr = try DaprDouble(
            200,
            #"{"id":"tasks","runtimeVersion":"1.18.3","components":[{"name":"s","type":"state.redis","version":"v1","capabilities":["ETAG"]}],"scheduler":{}}"#
        )
        let metadata = try await dapr.client.metadata()
        #expect(metadata.id == "tasks")
        #expect(metadata.runtimeVersion == "1.18.3")
        #expect(metadata.components?.first?.capabilities == ["ETAG"])
        await #expect(throws: DaprError.unreadableAnswer) {
            _ = try await DaprDouble(200, "{}").client.metadata()
        }
    }

    @Test func `every call leaves a span and a measurement, a probe neither`() async throws {
        let dapr = try DaprDouble { request in
            request.path.hasSuffix("/x") ? .json(500, #"{"errorCode":"ERR_STATE_GET"}"#) : .respond(204)
        }
        let tracer = InMemoryTracer()
        let metrics = TestMetrics()
        try await withTracer(tracer) {
            try await withMetricsFactory(metrics) {
                try await withSpan("caller") { _ in
                    let client = dapr.client
                    _ = try await client.state("k", in: "s")
                    _ = try? await client.state("x", in: "s")
                    try await client.saveState([], in: "s")
                    try await client.deleteJob(named: "j")
                    _ = await client.isHealthy()
                    _ = await client.isOutboundHealthy()
                }
            }
        }
        #expect(
            tracer.finishedSpans.map(\.operationName) == [
                "GET /v1.0/state/{store}/{key}", "GET /v1.0/state/{store}/{key}",
                "POST /v1.0/state/{store}", "DELETE /v1.0/jobs/{name}", "caller",
            ])
        #expect(tracer.finishedSpans.dropLast().allSatisfy { $0.kind == .client })
        let timers = metrics.timers.filter { $0.label == "todo.sidecar.call.duration" }
        let seen = Set(timers.map { $0.dimensions.map { "\($0.0)=\($0.1)" }.joined(separator: " ") })
        #expect(
            seen == [
                "dapr.building_block=state dapr.operation=get",
                "dapr.building_block=state dapr.operation=get error.type=ERR_STATE_GET",
                "dapr.building_block=state dapr.operation=save",
                "dapr.building_block=jobs dapr.operation=delete",
            ])
        #expect(timers.allSatisfy { $0.values.count == 1 })
    }
}
