import InMemoryTracing
import Synchronization
import TestSupport
import Testing
import Tracing

@testable import CurlHTTP

@Suite(.timeLimit(.minutes(1))) struct HTTPRetryPolicyTests {
    private let policy = HTTPRetryPolicy(
        maximumAttempts: 4, initialDelay: .milliseconds(100), maximumDelay: .milliseconds(300))

    private func delay(
        _ method: String, after attempts: Int = 1, _ outcome: HTTPAttemptOutcome,
        headers: HTTPHeaderList = [:], chance: Double = 1
    ) -> Duration? {
        policy.delay(
            after: attempts, of: HTTPClientRequest(method, "http://a", headers: headers), outcome: outcome,
            chance: chance)
    }

    @Test func `waits double up to the limit, spread over the upper half`() {
        let down = HTTPAttemptOutcome.failed(.connectionFailed)
        #expect(
            (1...4).map { delay("GET", after: $0, down) }
                == [.milliseconds(100), .milliseconds(200), .milliseconds(300), nil])
        #expect(delay("GET", down, chance: 0) == .milliseconds(50))
    }

    @Test func `only what cannot act twice is repeated`() {
        let busy = HTTPAttemptOutcome.answered(status: 503, retryAfter: nil)
        #expect(delay("PUT", busy) != nil)
        #expect(delay("POST", busy) == nil)
        #expect(delay("POST", busy, headers: ["Idempotency-Key": "1"]) != nil)
        #expect(delay("POST", .failed(.connectionFailed)) != nil)
        #expect(delay("POST", .failed(.connectionLost)) == nil)
        #expect(delay("GET", .failed(.connectionLost)) != nil)
        #expect(delay("GET", .failed(.timeout)) == nil)
        #expect(delay("GET", .answered(status: 500, retryAfter: nil)) == nil)
    }

    @Test func `a server's own wait counts, unless it is too long`() {
        #expect(delay("GET", .answered(status: 429, retryAfter: "0")) == .milliseconds(100))
        #expect(delay("GET", .answered(status: 429, retryAfter: "1")) == nil)
        #expect(delay("GET", .answered(status: 429, retryAfter: "soon")) == .milliseconds(100))
    }

    @Test func `each attempt has a span of its own, and only who asks is served twice`() async throws {
        let refusals = Atomic(2)
        let server = try TinyHTTPServer { _ in
            refusals.subtract(1, ordering: .relaxed).oldValue > 0 ? .respond(503) : .respond(200)
        }
        let client = HTTPClient()
        let tracer = InMemoryTracer()
        try await withTracer(tracer) {
            try await withSpan("caller") { _ in
                var request = HTTPClientRequest("GET", server.address)
                #expect(try await client.send(request).status == 503)
                request.retry = HTTPRetryPolicy(initialDelay: .milliseconds(1))
                #expect(try await client.send(request).status == 200)
                refusals.store(1, ordering: .relaxed)
                let streamed = try await client.stream(request)
                #expect(streamed.status == 200)
            }
        }
        let spans = tracer.finishedSpans.filter { $0.kind == .client }
        let resent = spans.map { $0.attributes.get("http.request.resend_count") }
        #expect(resent == [nil, nil, .int64(1), nil, .int64(1)])
        #expect(server.requests.count == 5)
        await client.close()
    }

    @Test func `curl sends again on a connection that died unseen, unless it must be a new one`() async throws
    {
        // The second request of every connection meets a server that hangs up.
        let seen = Mutex<Set<Int>>([])
        let server = try TinyHTTPServer { request in
            seen.withLock { $0.insert(request.connection).inserted } ? .respond(200) : .close
        }
        let client = HTTPClient()
        var request = HTTPClientRequest("POST", server.address, body: [1])
        _ = try await client.send(request)
        #expect(try await client.send(request).status == 200)
        #expect(server.requests.map(\.connection) == [1, 1, 2], "the same POST arrived twice")
        request.isOnNewConnection = true
        for _ in 0..<3 { #expect(try await client.send(request).status == 200) }
        #expect(server.requests.map(\.connection) == [1, 1, 2, 3, 4, 5])
        server.stop()
        await client.close()
    }
}
