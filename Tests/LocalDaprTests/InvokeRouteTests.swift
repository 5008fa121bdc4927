import CurlHTTP
import InMemoryTracing
import TestSupport
import Testing
import Tracing

@testable import LocalDapr

@Suite(.serialized, .timeLimit(.minutes(2)))
struct InvokeRouteTests {
    private static let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `a request and its answer pass through as they are`() async throws {
        let caller = try TestApp()
        let callee = try TestApp { _ in
            .respond(
                404, headers: ["x-own": "1", "content-type": "application/problem+json"],
                body: Array("{}".utf8))
        }
        let rig = try await SidecarRig([
            .of("a", caller, apiToken: "api-a"), .of("b", callee, appToken: "app-b"),
        ])
        let answer = try await rig.call(
            "a", "PATCH", "/v1.0/invoke/b/method/tasks/a%2Fb?filter=%20x",
            headers: [
                ("dapr-api-token", "api-a"), ("authorization", "Bearer t"), ("baggage", "k=v"),
                ("traceparent", Self.traceparent), ("content-type", "application/json"),
            ], body: "[1]")
        #expect(answer.status == 404)
        #expect(answer.headers["x-own"] == "1")
        #expect(answer.headers["content-type"] == "application/problem+json")
        #expect(answer.body == Array("{}".utf8))

        let request = try #require(await callee.received(1).first)
        #expect(request.method == "PATCH")
        #expect(request.target == "/tasks/a%2Fb?filter=%20x")
        #expect(request.bodyText == "[1]")
        #expect(request.headers["authorization"] == "Bearer t")
        #expect(request.headers["baggage"] == "k=v")
        #expect(request.headers.values(of: "dapr-api-token") == ["app-b"])
        #expect(request.headers["dapr-caller-app-id"] == "a")
        #expect(request.headers["dapr-callee-app-id"] == "b")
        #expect(request.headers["x-forwarded-host"]?.hasPrefix("127.0.0.1") == true)
        try await rig.stop()

        let spans = rig.tracer.memory.finishedSpans
        let client = try #require(spans.first { $0.kind == .client })
        let server = try #require(spans.first { $0.kind == .server })
        #expect(client.operationName == "CallLocal/b/tasks/a%2Fb")
        #expect(server.operationName == client.operationName)
        #expect(client.parentSpanID == "00f067aa0ba902b7")
        #expect(server.parentSpanID == client.spanID)
        #expect(request.headers.values(of: "traceparent") == [server.traceparent])
        #expect(answer.headers["traceparent"] == client.traceparent)
    }

    @Test func `an application that is away or unknown is the sidecar's own error`() async throws {
        let caller = try TestApp()
        let gone = try TestApp()
        let rig = try await SidecarRig([.of("a", caller), .of("b", gone)])
        gone.server.stop()
        for app in ["b", "nobody"] {
            let answer = try await rig.call("a", "GET", "/v1.0/invoke/\(app)/method/x")
            #expect(answer.status == 500)
            let body = try #require(JSONReader.read(answer.body))
            #expect(body["errorCode"]?.text == "ERR_DIRECT_INVOKE")
            #expect(body["message"]?.text?.hasPrefix("failed to invoke, id: \(app), err: ") == true)
            #expect(body["details"] == nil)
        }
        try await rig.stop()
    }

    @Test func `an answer cut short is not asked for again, for the application has acted`() async throws {
        let caller = try TestApp()
        let callee = try TestApp { _ in .raw(Array("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".utf8)) }
        let rig = try await SidecarRig([.of("a", caller), .of("b", callee)])
        #expect(try await rig.call("a", "POST", "/v1.0/invoke/b/method/x", body: "1").status == 500)
        #expect(await callee.received(1).count == 1)
        try await rig.stop()
    }

    @Test func `an application answers HEAD and empty answers keep their form`() async throws {
        let caller = try TestApp()
        let callee = try TestApp { request in
            request.method == "HEAD" ? .respond(200, body: Array("12345".utf8)) : .respond(204)
        }
        let rig = try await SidecarRig([.of("a", caller), .of("b", callee)])
        let head = try await rig.call("a", "HEAD", "/v1.0/invoke/b/method/x")
        #expect(head.status == 200)
        #expect(head.headers["content-length"] == "5")
        #expect(try await rig.call("a", "DELETE", "/v1.0/invoke/b/method/x").status == 204)
        try await rig.stop()
    }

    @Test func `a caller who leaves ends the call of the application`() async throws {
        let app = try TestApp { _ in .hang }
        let rig = try await SidecarRig([.of("a", app), .of("b", app)])
        let call = Task { try await rig.call("a", "POST", "/v1.0/invoke/b/method/tasks", body: "x") }
        _ = await app.received(1)
        call.cancel()
        await #expect(throws: HTTPClientError.cancelled) { _ = try await call.value }
        // Connections for the sidecar's own questions may stay open; the one that hangs must not.
        while rig.spans(named: "CallLocal").count < 2 { await Task.yield() }
        await app.server.waitForClosedConnections(1)
        for span in rig.tracer.memory.finishedSpans where span.operationName.hasPrefix("CallLocal") {
            #expect(span.attributes.get("error.type") == "cancelled")
            #expect(span.attributes.get("dapr.status_code") == nil)
        }
        try await rig.stop()
    }
}
