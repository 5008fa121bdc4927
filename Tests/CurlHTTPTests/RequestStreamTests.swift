import CurlHTTP
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct RequestStreamTests {
    struct SourceFailure: Error {}

    /// Pieces of a body, made when they are asked for.
    struct Pieces: AsyncSequence, AsyncIteratorProtocol, Sendable {
        let size: Int
        var left: Int
        var failsAtEnd = false
        let asked: Asked

        final class Asked: Sendable {
            let count = Atomic(0)
        }

        init(_ count: Int, of size: Int, failsAtEnd: Bool = false, asked: Asked = Asked()) {
            (left, self.size, self.failsAtEnd, self.asked) = (count, size, failsAtEnd, asked)
        }

        func makeAsyncIterator() -> Pieces { self }

        mutating func next() async throws -> [UInt8]? {
            guard left > 0 else {
                if failsAtEnd { throw SourceFailure() }
                return nil
            }
            left -= 1
            asked.count.add(1, ordering: .relaxed)
            return [UInt8](repeating: UInt8(truncatingIfNeeded: left), count: size)
        }
    }

    private func upload(_ method: String, to address: String, _ upload: HTTPUpload) -> HTTPClientRequest {
        var request = HTTPClientRequest(
            method, address, headers: ["content-type": "x/y"], timeout: .seconds(60))
        request.upload = upload
        return request
    }

    @Test(arguments: ["POST", "PUT", "PATCH"])
    func `a body of unknown length arrives whole, in chunks`(method: String) async throws {
        let server = try TinyHTTPServer { .text(200, "\($0.body.count)") }
        let client = HTTPClient()
        let response = try await client.send(
            upload(method, to: server.address, HTTPUpload(Pieces(100, of: 100_001))))
        #expect(response.body == Array("10000100".utf8))
        let request = try #require(server.requests.first)
        #expect(request.method == method)
        #expect(request.headers["transfer-encoding"] == "chunked")
        #expect(request.headers["content-length"] == nil)
        #expect(request.headers["expect"] == nil)
        #expect(request.headers.values(of: "content-type") == ["x/y"])
        #expect(request.body.first == 99)
        #expect(request.body.last == 0)
        await client.close()
    }

    @Test func `a known length is announced, and kept`() async throws {
        let server = try TinyHTTPServer { _ in .respond(204) }
        let client = HTTPClient()
        let full = upload("PUT", to: server.address, HTTPUpload(Pieces(3, of: 10), length: 30))
        #expect(try await client.send(full).status == 204)
        let request = try #require(server.requests.first)
        #expect(request.headers["content-length"] == "30")
        #expect(request.headers["transfer-encoding"] == nil)
        #expect(request.body.count == 30)
        let short = upload("PUT", to: server.address, HTTPUpload(Pieces(2, of: 10), length: 30))
        await #expect(throws: HTTPClientError.uploadFailed) { try await client.send(short) }
        #expect(server.requests.count == 1)
        await client.close()
    }

    @Test func `an empty body is a body`() async throws {
        let server = try TinyHTTPServer { _ in .respond(204) }
        let client = HTTPClient()
        let request = upload("POST", to: server.address, HTTPUpload(Pieces(0, of: 1)))
        #expect(try await client.send(request).status == 204)
        #expect(server.requests.first?.body == [])
        await client.close()
    }

    @Test func `a source that fails leaves no half request behind`() async throws {
        let server = try TinyHTTPServer { _ in .respond(204) }
        let client = HTTPClient()
        await #expect(throws: HTTPClientError.uploadFailed) {
            try await client.send(
                upload("POST", to: server.address, HTTPUpload(Pieces(3, of: 10, failsAtEnd: true))))
        }
        #expect(server.requests.isEmpty)
        await client.close()
    }

    @Test func `a source is asked only as fast as the server reads`() async throws {
        // Listens and never reads: all that goes out lies in the sockets.
        let port = try FreePorts.one()
        let deaf = try BusyPort(port: port)
        let client = HTTPClient()
        let asked = Pieces.Asked()
        var request = upload(
            "POST", to: "http://127.0.0.1:\(port)", HTTPUpload(Pieces(1_000_000, of: 65_536, asked: asked)))
        request.timeout = .milliseconds(500)
        await #expect(throws: HTTPClientError.timeout) { try await client.send(request) }
        #expect(asked.count.load(ordering: .relaxed) < 400)
        deaf.close()
        await client.close()
    }

    @Test func `request and answer stream at the same time`() async throws {
        let feed = try ChunkFeed()
        let server = try TinyHTTPServer { request in
            feed.push(request.body)
            return .streamed(200, next: feed.next)
        }
        let client = HTTPClient()
        let pieces = AsyncStream.makeStream(of: [UInt8].self)
        pieces.continuation.yield(Array("first".utf8))
        pieces.continuation.yield(Array(" second".utf8))
        pieces.continuation.finish()
        let response = try await client.stream(upload("POST", to: server.address, HTTPUpload(pieces.stream)))
        var body = response.body.makeAsyncIterator()
        #expect(try await body.next() == Array("first second".utf8))
        feed.finish()
        #expect(try await body.next() == nil)
        await client.close()
    }
}
