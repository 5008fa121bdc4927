import CurlHTTP
import InMemoryTracing
import Metrics
import MetricsTestKit
import TestSupport
import Testing
import Tracing

@Suite struct ObservationTests {
    private let tracer = InMemoryTracer()

    @Test func `a request in a trace has a client span and carries it in its headers`() async throws {
        let server = try TinyHTTPServer { _ in .respond(201) }
        let client = HTTPClient()
        try await withTracer(tracer) {
            try await withSpan("caller") { _ in
                var request = HTTPClientRequest("POST", server.address + "/tasks/4711?q=secret")
                request.urlTemplate = "/tasks/{id}"
                _ = try await client.send(request)
            }
        }
        let span = try #require(tracer.finishedSpans.first { $0.kind == .client })
        let caller = try #require(tracer.finishedSpans.first { $0.operationName == "caller" })
        #expect(span.operationName == "POST /tasks/{id}")
        #expect(span.parentSpanID == caller.spanID)
        #expect(span.status == nil)
        #expect(
            span.texts == [
                "http.request.method": "POST", "server.address": "127.0.0.1", "server.port": "\(server.port)",
                "url.scheme": "http", "url.template": "/tasks/{id}", "http.response.status_code": "201",
            ])
        let sent = try #require(server.requests.first)
        #expect(sent.headers[InMemoryTracer.spanIDKey] == span.spanID)
        #expect(sent.headers[InMemoryTracer.traceIDKey] == caller.traceID)
        await client.close()
    }

    @Test func `without a template the span is named by the method alone`() async throws {
        let server = try TinyHTTPServer { _ in .respond(200) }
        let client = HTTPClient()
        try await withTracer(tracer) {
            try await withSpan("caller") { _ in
                _ = try await client.send(HTTPClientRequest("GET", server.address + "/tasks/4711"))
                _ = try await client.send(HTTPClientRequest("PURGE", server.address + "/tasks/4711"))
            }
        }
        let spans = tracer.finishedSpans.filter { $0.kind == .client }
        #expect(spans.map(\.operationName) == ["GET", "HTTP"])
        #expect(spans.map { $0.texts["http.request.method"] } == ["GET", "_OTHER"])
        #expect(!spans.contains { $0.texts.values.contains { $0.contains("4711") } })
        await client.close()
    }

    @Test func `an error answer and a missing answer are errors of the span`() async throws {
        let server = try TinyHTTPServer { $0.path == "/lost" ? .close : .respond(404) }
        let client = HTTPClient()
        try await withTracer(tracer) {
            try await withSpan("caller") { _ in
                _ = try await client.send(HTTPClientRequest("GET", server.address))
                _ = try? await client.send(HTTPClientRequest("GET", server.address + "/lost"))
                _ = try? await client.send(HTTPClientRequest("GET", server.address, headers: ["a b": "c"]))
            }
        }
        let spans = tracer.finishedSpans.filter { $0.kind == .client }
        #expect(spans.map { $0.texts["error.type"] } == ["404", "connection_lost", "invalid_header"])
        #expect(spans.map { $0.texts["http.response.status_code"] } == ["404", nil, nil])
        #expect(spans.allSatisfy { $0.status?.code == .error && $0.status?.message == nil })
        await client.close()
    }

    @Test func `untraced requests and requests outside of a trace leave nothing`() async throws {
        let server = try TinyHTTPServer { _ in .respond(200) }
        let client = HTTPClient()
        try await withTracer(tracer) {
            _ = try await client.send(HTTPClientRequest("GET", server.address))
            try await withSpan("caller") { _ in
                var request = HTTPClientRequest("GET", server.address)
                request.isTraced = false
                _ = try await client.send(request)
            }
        }
        #expect(tracer.finishedSpans.map(\.operationName) == ["caller"])
        #expect(tracer.performedContextInjections.isEmpty)
        #expect(server.requests.allSatisfy { $0.headers[InMemoryTracer.traceIDKey] == nil })
        await client.close()
    }

    @Test func `every exchange is measured under bounded labels`() async throws {
        let server = try TinyHTTPServer { $0.path == "/lost" ? .close : .respond(200) }
        let client = HTTPClient()
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            for _ in 0..<3 { _ = try await client.send(HTTPClientRequest("GET", server.address + "/a?b=c")) }
            _ = try? await client.send(HTTPClientRequest("BREW", server.address + "/lost"))
        }
        let place = [("server.address", "127.0.0.1"), ("server.port", "\(server.port)")]
        let answered = try metrics.expectTimer(
            "http.client.request.duration",
            [("http.request.method", "GET")] + place + [("http.response.status_code", "200")])
        #expect(answered.values.count == 3)
        #expect(answered.displayUnit == .seconds)
        let lost = try metrics.expectTimer(
            "http.client.request.duration",
            [("http.request.method", "_OTHER")] + place + [("error.type", "connection_lost")])
        #expect(lost.values.count == 1)
        await client.close()
    }
}

extension FinishedInMemorySpan {
    fileprivate var texts: [String: String] {
        var texts: [String: String] = [:]
        let collect = { (name: String, value: SpanAttribute) in texts[name] = value.text }
        attributes.forEach(collect)
        return texts
    }
}

extension SpanAttribute {
    fileprivate var text: String {
        switch self {
        case .int32(let number): String(number)
        case .int64(let number): String(number)
        case .string(let text): text
        default: "\(self)"
        }
    }
}
