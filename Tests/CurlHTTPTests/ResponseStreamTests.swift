import InMemoryTracing
import Metrics
import MetricsTestKit
import Synchronization
import TestSupport
import Testing
import Tracing

@testable import CurlHTTP

@Suite(.timeLimit(.minutes(2))) struct ResponseStreamTests {
    private static let piece = [UInt8](repeating: 7, count: 64 * 1024)

    /// An answer of so many pieces, and how many were asked of it so far.
    private static func pieces(_ count: Int) -> (TinyHTTPServer.Reply, Counter) {
        let given = Counter()
        return (.streamed(200) { given.next() <= count ? piece : nil }, given)
    }

    final class Counter: Sendable {
        private let value = Atomic(0)
        func next() -> Int { value.add(1, ordering: .relaxed).newValue }
        var count: Int { value.load(ordering: .relaxed) }
    }

    @Test func `the head is here before the first byte of the body`() async throws {
        let feed = try ChunkFeed()
        let server = try TinyHTTPServer { _ in .streamed(206, headers: ["x-a": "1"], next: feed.next) }
        let client = HTTPClient()
        let response = try await client.stream(HTTPClientRequest("GET", server.address))
        #expect(response.status == 206)
        #expect(response.headers["X-A"] == "1")
        var body = response.body.makeAsyncIterator()
        for text in ["one", "two", "three"] {
            feed.push(text)
            #expect(try await body.next() == Array(text.utf8))
        }
        feed.finish()
        #expect(try await body.next() == nil)
        #expect(try await body.next() == nil)
        let again = try await client.send(HTTPClientRequest("HEAD", server.address + "/x"))
        #expect(again.status == 206)
        #expect(server.connectionCount == 1, "a body read to its end leaves the connection usable")
        await client.close()
    }

    @Test func `a hundred megabytes pass through a bounded buffer`() async throws {
        let (reply, _) = Self.pieces(1600)
        let server = try TinyHTTPServer { _ in reply }
        let client = HTTPClient()
        var request = HTTPClientRequest("GET", server.address)
        request.idleTimeout = .seconds(60)
        let response = try await client.stream(request)
        var received = 0
        for try await piece in response.body { received += piece.count }
        #expect(received == 1600 * Self.piece.count)
        #expect(response.body.highestBufferedBytes <= ResponseStream.limit + 16 * 1024)
        await client.close()
    }

    @Test func `a reader who does not read stops the server, and others go on`() async throws {
        let (reply, given) = Self.pieces(1600)
        let server = try TinyHTTPServer { $0.path == "/large" ? reply : .respond(200) }
        let client = HTTPClient()
        let response = try await client.stream(
            HTTPClientRequest("GET", server.address + "/large", timeout: .seconds(60)))
        var body = response.body.makeAsyncIterator()
        _ = try await body.next()
        for _ in 0..<200 { _ = try await client.send(HTTPClientRequest("GET", server.address)) }
        #expect(response.body.highestBufferedBytes <= ResponseStream.limit + 16 * 1024)
        #expect(given.count < 800, "the rest waits at the server, beyond what sockets hold")
        var received = 1
        while try await body.next() != nil { received += 1 }
        #expect(given.count == 1601)
        await client.close()
    }

    @Test(arguments: ["response", "iterator", "unread"])
    func `letting go of the body closes the connection`(what: String) async throws {
        let server = try TinyHTTPServer { _ in .streamed(200) { Self.piece } }
        let client = HTTPClient()
        let request = HTTPClientRequest("GET", server.address, timeout: .seconds(600))
        switch what {
        case "response":
            for try await _ in try await client.stream(request).body { break }
        case "iterator":
            let response = try await client.stream(request)
            for try await _ in response.body { break }
            await server.waitForClosedConnections(1)
            #expect(response.status == 200)
        default:
            _ = try await client.stream(request)
        }
        await server.waitForClosedConnections(1)
        await client.close()
    }

    @Test func `cancelling the reading task ends the transfer`() async throws {
        let feed = try ChunkFeed()
        let server = try TinyHTTPServer { $0.path == "/hang" ? .hang : .streamed(200, next: feed.next) }
        let client = HTTPClient()
        let started = AsyncStream.makeStream(of: Void.self)
        let address = server.address
        let reading = Task {
            let response = try await client.stream(HTTPClientRequest("GET", address, timeout: .seconds(600)))
            started.continuation.yield()
            for try await _ in response.body {}
        }
        for await _ in started.stream { break }
        reading.cancel()
        await #expect(throws: HTTPClientError.cancelled) { try await reading.value }
        let waiting = Task { _ = try await client.stream(HTTPClientRequest("GET", address + "/hang")) }
        _ = await server.waitForRequests(2)
        waiting.cancel()
        await #expect(throws: HTTPClientError.cancelled) { try await waiting.value }
        feed.finish()
        await client.close()
    }

    @Test func `silence ends a stream that has an idle limit, the total time does not`() async throws {
        let silent = try ChunkFeed()
        let server = try TinyHTTPServer { request in
            if request.path == "/end" { return .chunked(200, chunks: [[1], [2], [3]]) }
            return .streamed(200, next: silent.next)
        }
        let client = HTTPClient()
        var request = HTTPClientRequest("GET", server.address, timeout: .milliseconds(1))
        request.idleTimeout = .milliseconds(300)
        silent.push([1, 2])
        var received: [UInt8] = []
        await #expect(throws: HTTPClientError.timeout) {
            for try await piece in try await client.stream(request).body { received += piece }
        }
        #expect(received == [1, 2])
        silent.finish()
        request.url += "/end"
        #expect(try await client.stream(request).collect().body == [1, 2, 3])
        await client.close()
    }

    @Test func `a cap, a broken answer and a refused connection are told apart`() async throws {
        let server = try TinyHTTPServer { request in
            request.path == "/cut"
                ? .raw(Array("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf".utf8))
                : .streamed(200) { Self.piece }
        }
        let client = HTTPClient()
        var capped = HTTPClientRequest("GET", server.address)
        capped.maximumStreamedBytes = 1_000_000
        var received = 0
        await #expect(throws: HTTPClientError.tooLarge(limit: 1_000_000)) {
            for try await piece in try await client.stream(capped).body { received += piece.count }
        }
        #expect(received <= 1_000_000)
        let cut = try await client.stream(HTTPClientRequest("GET", server.address + "/cut"))
        await #expect(throws: HTTPClientError.connectionLost) { try await cut.collect() }
        server.stop()
        await #expect(throws: HTTPClientError.connectionFailed) {
            _ = try await client.stream(HTTPClientRequest("GET", server.address))
        }
        await client.close()
    }

    @Test func `closing the client ends its streams`() async throws {
        let feed = try ChunkFeed()
        let server = try TinyHTTPServer { _ in .streamed(200, next: feed.next) }
        let client = HTTPClient()
        let response = try await client.stream(HTTPClientRequest("GET", server.address))
        await client.close()
        await #expect(throws: HTTPClientError.closed) { try await response.collect() }
        feed.finish()
    }

    @Test func `the span ends with the body or with its reader, and is measured where it began`() async throws
    {
        let feed = try ChunkFeed()
        let server = try TinyHTTPServer {
            $0.path == "/error" ? .respond(503) : .streamed(200, next: feed.next)
        }
        let client = HTTPClient()
        let tracer = InMemoryTracer()
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            try await withTracer(tracer) {
                try await withSpan("caller") { _ in
                    let response = try await client.stream(HTTPClientRequest("GET", server.address))
                    #expect(tracer.finishedSpans.isEmpty)
                    feed.push("x")
                    feed.finish()
                    _ = try await response.collect()
                    #expect(tracer.finishedSpans.count == 1)
                    _ = try await client.stream(HTTPClientRequest("GET", server.address))
                    #expect(tracer.finishedSpans.count == 2, "abandoned")
                    _ = try await client.stream(HTTPClientRequest("GET", server.address + "/error")).collect()
                }
            }
        }
        feed.finish()
        let spans = tracer.finishedSpans.filter { $0.kind == .client }
        #expect(spans.count == 3)
        #expect(spans.map { $0.status?.code == .error } == [false, false, true])
        let timers = metrics.timers.filter { $0.label == "http.client.request.duration" }
        #expect(timers.map(\.values.count).reduce(0, +) == 3)
        await client.close()
    }
}
