import CurlHTTP
import Dapr
import FoundationEssentials
import InMemoryTracing
import Synchronization
import TestSupport
import Testing
import Tracing

@Suite struct DaprClientTests {
    private let http = HTTPClient()
    private let event = CloudEvent(
        id: "1", source: "tasks", type: "t", time: "2026-11-21T09:30:00.125Z", data: Array("{}".utf8))

    private func client(_ server: TinyHTTPServer, token: String? = nil) -> DaprClient {
        DaprClient(DaprConfiguration(port: server.port, apiToken: token), http: http)
    }

    @Test func `an event is published as a ready envelope under its key`() async throws {
        let server = try TinyHTTPServer { _ in .respond(204) }
        try await client(server, token: "t0ken").publish(event, topic: "todo.events", partitionKey: "a b/c&d")
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/v1.0/publish/pubsub/todo.events?metadata.partitionKey=a%20b%2Fc%26d")
        #expect(request.headers.values(of: "content-type") == ["application/cloudevents+json"])
        #expect(request.headers.values(of: "dapr-api-token") == ["t0ken"])
        #expect(request.body == event.jsonBytes())
    }

    @Test func `an event without a key has no query, a sidecar without a token gets none`() async throws {
        let server = try TinyHTTPServer { _ in .respond(204) }
        try await client(server).publish(event, topic: "a/b", partitionKey: nil)
        let request = try #require(server.requests.first)
        #expect(request.target == "/v1.0/publish/pubsub/a%2Fb")
        #expect(request.headers["dapr-api-token"] == nil)
    }

    @Test func `calls are named by their template in the trace`() async throws {
        let server = try TinyHTTPServer { _ in .respond(204) }
        let dapr = client(server)
        let tracer = InMemoryTracer()
        try await withTracer(tracer) {
            try await withSpan("caller") { _ in
                try await dapr.publish(event, topic: "todo.events", partitionKey: "k")
                _ = try await dapr.invoke("GET", app: "tasks", path: "/tasks/4711", route: "/tasks/{id}")
                _ = try await dapr.invoke("GET", app: "tasks", path: "tasks/4711")
                _ = await dapr.isOutboundHealthy()
            }
        }
        #expect(
            tracer.finishedSpans.map(\.operationName) == [
                "POST /v1.0/publish/{pubsub}/{topic}", "GET /v1.0/invoke/tasks/method/tasks/{id}",
                "GET /v1.0/invoke/tasks/method/{path}", "caller",
            ])
        #expect(
            server.requests.map { $0.headers[InMemoryTracer.spanIDKey] != nil } == [true, true, true, false])
    }

    @Test func `an invocation goes through with everything, and so does the answer`() async throws {
        let server = try TinyHTTPServer { _ in
            .respond(409, headers: ["etag": "\"2\""], body: Array(#"{"type":"conflict"}"#.utf8))
        }
        let response = try await client(server).invoke(
            "PATCH", app: "tasks", path: "/api/v1/tasks/1%2F2", query: "a=b%20c",
            headers: ["if-match": "\"1\""], body: Array("{}".utf8))
        #expect(response.status == 409)
        #expect(response.headers["ETag"] == "\"2\"")
        let request = try #require(server.requests.first)
        #expect(request.target == "/v1.0/invoke/tasks/method/api/v1/tasks/1%2F2?a=b%20c")
        #expect(request.headers["if-match"] == "\"1\"")
        #expect(request.bodyText == "{}")
    }

    @Test func `an app's own refusal is an answer, the sidecar's is an error`() async throws {
        let server = try TinyHTTPServer { request in
            switch request.path.split(separator: "/").last ?? "" {
            case "own500": .json(500, #"{"errorCode":"ERR_TASKS","message":"x"}"#)
            case "own404": .json(404, #"{"type":"about:blank"}"#)
            case "own401": .text(401, "who are you?")
            case "down":
                .json(500, #"{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to invoke, id: tasks"}"#)
            case "noapp": .json(404, #"{"errorCode":"ERR_DIRECT_INVOKE","message":"failed getting app id"}"#)
            case "denied": .json(403, #"{"errorCode":"ERR_PERMISSION","message":"no"}"#)
            default: .text(401, "invalid api token")
            }
        }
        let dapr = client(server)
        for (path, status) in [("own500", 500), ("own404", 404), ("own401", 401)] {
            #expect(try await dapr.invoke("GET", app: "tasks", path: path).status == status)
        }
        let refusals: [(String, DaprError)] = [
            ("down", .appUnavailable(app: "tasks")),
            ("noapp", .rejected(status: 404, code: "ERR_DIRECT_INVOKE")),
            ("denied", .rejected(status: 403, code: "ERR_PERMISSION")),
            ("token", .rejected(status: 401, code: "INVALID_API_TOKEN")),
        ]
        for (path, error) in refusals {
            await #expect(throws: error) { try await dapr.invoke("GET", app: "tasks", path: path) }
        }
    }

    @Test func `a sidecar that is away, late or silent is told apart`() async throws {
        let server = try TinyHTTPServer { $0.path.hasSuffix("late") ? .hang : .close }
        let dapr = client(server)
        await #expect(throws: DaprError.timeout) {
            try await dapr.invoke("GET", app: "tasks", path: "late", timeout: .milliseconds(100))
        }
        await #expect(throws: DaprError.transport(.connectionLost)) {
            try await dapr.publish(event, topic: "t", partitionKey: nil)
        }
        server.stop()
        await #expect(throws: DaprError.unreachable) {
            try await dapr.publish(event, topic: "t", partitionKey: nil)
        }
    }

    @Test func `waiting for the sidecar ends when it is healthy`() async throws {
        let refusals = Atomic(2)
        let server = try TinyHTTPServer { _ in
            refusals.subtract(1, ordering: .relaxed).oldValue > 0 ? .respond(500) : .respond(204)
        }
        try await client(server).waitUntilOutboundHealthy(interval: .milliseconds(1))
        #expect(server.requests.map(\.target) == Array(repeating: "/v1.0/healthz/outbound", count: 3))
    }

    @Test func `waiting for the sidecar gives up when the time is over`() async throws {
        let server = try TinyHTTPServer { _ in
            .json(
                500, #"{"errorCode":"ERR_OUTBOUND_HEALTH_NOT_READY","message":"dapr outbound is not ready"}"#)
        }
        await #expect(throws: DaprError.unreachable) {
            try await client(server).waitUntilOutboundHealthy(
                within: .milliseconds(3), interval: .milliseconds(1))
        }
        #expect(server.requests.count == 4)
    }
}

@Suite struct DaprErrorTests {
    private static let event = CloudEvent(id: "1", source: "a", type: "t", time: "", data: [])

    static let bodies: [(Int, String, String, Bool)] = [
        (
            404,
            #"""
            {"errorCode":"ERR_PUBSUB_NOT_FOUND","message":"pubsub x is not found","details":[{"@type":
            "type.googleapis.com/google.rpc.ErrorInfo","domain":"dapr.io","reason":"DAPR_PUBSUB_NOT_FOUND"}]}
            """#, "ERR_PUBSUB_NOT_FOUND", true
        ),
        (
            500, #"{"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE","message":"m"}"#, "ERR_PUBSUB_PUBLISH_MESSAGE",
            true
        ),
        (401, "invalid api token", "INVALID_API_TOKEN", true),
        (400, "invalid baggage header: x", "INVALID_BAGGAGE", false),
        (400, #"{"errorCode":"ERR_PUBSUB_EVENTS_SER","message":"m"}"#, "ERR_PUBSUB_EVENTS_SER", false),
        (400, #"{"errorCode":"ERR_PUBSUB_NOT_CONFIGURED","message":"m"}"#, "ERR_PUBSUB_NOT_CONFIGURED", true),
        (
            500, #"{"errorCode":"ERR_PUBSUB_CLOUD_EVENTS_SER","message":"m"}"#, "ERR_PUBSUB_CLOUD_EVENTS_SER",
            false
        ),
        (403, #"{"errorCode":"ERR_PUBSUB_FORBIDDEN","message":"m"}"#, "ERR_PUBSUB_FORBIDDEN", true),
        (413, "", "HTTP_413", false),
        (502, "<html>", "HTTP_502", true),
        (500, #"{"errorCode":"buy milk","message":"m"}"#, "HTTP_500", true),
        (500, #"{"errorCode":7}"#, "HTTP_500", true),
    ]

    @Test(arguments: bodies)
    func `each shape of refusal is read`(status: Int, body: String, code: String, isRetryable: Bool)
        async throws
    {
        let server = try TinyHTTPServer { _ in .text(status, body) }
        let dapr = DaprClient(DaprConfiguration(port: server.port), http: HTTPClient())
        let error = await #expect(throws: DaprError.self) {
            try await dapr.publish(Self.event, topic: "t", partitionKey: nil)
        }
        let reason = body.contains("reason") ? "DAPR_PUBSUB_NOT_FOUND" : nil
        #expect(error == .rejected(status: status, code: code, reason: reason))
        #expect(error?.reasonCode == code)
        #expect(error?.isRetryable == isRetryable)
        let detail = reason.map { " (\($0))" } ?? ""
        #expect(error.map { "\($0)" } == "the sidecar refused: \(status) \(code)\(detail)")
    }

    @Test func `what may heal is worth another attempt`() {
        let healing: [DaprError] = [
            .unreachable, .timeout, .cancelled, .appUnavailable(app: "a"), .transport(.connectionLost),
        ]
        #expect(healing.allSatisfy { $0.isRetryable })
        #expect(!DaprError.invalidRequest(.invalidHeader).isRetryable)
    }
}

@Suite struct SubscriptionTests {
    @Test func `a subscription is written as the sidecar reads it`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let full = Subscription(
            pubsubname: "pubsub", topic: "todo.events", route: "/events/todo.events",
            deadLetterTopic: "todo.events.dlq", metadata: ["rawPayload": "false"])
        #expect(
            String(decoding: try encoder.encode([full]), as: UTF8.self)
                == #"[{"deadLetterTopic":"todo.events.dlq","metadata":{"rawPayload":"false"},"pubsubname":"pubsub","#
                + #""route":"/events/todo.events","topic":"todo.events"}]"#)
        let plain = Subscription(pubsubname: "p", topic: "t", route: "/r")
        #expect(
            String(decoding: try encoder.encode(plain), as: UTF8.self)
                == #"{"pubsubname":"p","route":"/r","topic":"t"}"#)
    }

    @Test func `the three answers to a delivery are spelled in capitals`() {
        #expect(
            DeliveryStatus.allCases.map { String(decoding: $0.jsonBytes, as: UTF8.self) }
                == [#"{"status":"SUCCESS"}"#, #"{"status":"RETRY"}"#, #"{"status":"DROP"}"#])
    }
}
