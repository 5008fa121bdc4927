import CurlHTTP
import TestSupport
import Testing

@Suite struct HTTPClientFailureTests {
    @Test func `a server that never answers is a timeout, on a new and on a used connection`() async throws {
        let server = try TinyHTTPServer { $0.path == "/hang" ? .hang : .respond(200) }
        let client = HTTPClient()
        let hanging = HTTPClientRequest("GET", server.address + "/hang", timeout: .milliseconds(150))
        await #expect(throws: HTTPClientError.timeout) { try await client.send(hanging) }
        _ = try await client.send(HTTPClientRequest("GET", server.address))
        await #expect(throws: HTTPClientError.timeout) { try await client.send(hanging) }
        #expect(!HTTPClientError.timeout.isConnectFailure)
        await client.close()
    }

    @Test func `a connection that does not stand in time was never used`() async throws {
        let server = try TinyHTTPServer { _ in .hang }
        var configuration = HTTPClientConfiguration()
        configuration.connectTimeout = .milliseconds(150)
        let client = HTTPClient(configuration: configuration)
        // The plain server never answers the TLS greeting.
        await #expect(throws: HTTPClientError.connectTimeout) {
            try await client.send(HTTPClientRequest("GET", "https://127.0.0.1:\(server.port)/"))
        }
        #expect(HTTPClientError.connectTimeout.isConnectFailure)
        await client.close()
    }

    @Test func `cancelling the task ends the transfer and frees the connection`() async throws {
        let server = try TinyHTTPServer { $0.path == "/hang" ? .hang : .respond(200) }
        let client = HTTPClient()
        let waiting = Task {
            try await client.send(
                HTTPClientRequest("GET", server.address + "/hang", timeout: .seconds(600)))
        }
        _ = await server.waitForRequests(1)
        waiting.cancel()
        await #expect(throws: HTTPClientError.cancelled) { try await waiting.value }
        let next = try await client.send(HTTPClientRequest("GET", server.address))
        #expect(next.status == 200)
        await client.close()
    }

    @Test func `a task cancelled before it sends, sends nothing`() async throws {
        let server = try TinyHTTPServer { _ in .respond(200) }
        let client = HTTPClient()
        let address = server.address
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.send(HTTPClientRequest("GET", address))
        }
        await #expect(throws: HTTPClientError.cancelled) { try await task.value }
        #expect(server.requests.isEmpty)
        await client.close()
    }

    @Test func `many cancellations at once reach all and nobody else`() async throws {
        let server = try TinyHTTPServer {
            $0.path == "/hang" ? .hang : .delay(milliseconds: 30, then: .respond(200))
        }
        let client = HTTPClient()
        let address = server.address
        let doomed = (0..<50).map { _ in
            Task {
                try await client.send(HTTPClientRequest("GET", address + "/hang", timeout: .seconds(600)))
            }
        }
        let living = (0..<20).map { _ in
            Task { try await client.send(HTTPClientRequest("GET", address + "/live")) }
        }
        for task in doomed { task.cancel() }
        for task in doomed { await #expect(throws: HTTPClientError.cancelled) { try await task.value } }
        for task in living { #expect(try await task.value.status == 200) }
        await client.close()
    }

    @Test func `an answer over the limit is given up, with and without an announced length`() async throws {
        let piece = [UInt8](repeating: 120, count: 10_000)
        let server = try TinyHTTPServer { request in
            request.path == "/chunked"
                ? .chunked(200, chunks: Array(repeating: piece, count: 1000)) : .respond(200, body: piece)
        }
        let client = HTTPClient()
        for path in ["/chunked", "/announced"] {
            var request = HTTPClientRequest("GET", server.address + path)
            request.maximumResponseBytes = 9_999
            await #expect(throws: HTTPClientError.tooLarge(limit: 9_999)) { try await client.send(request) }
        }
        var exact = HTTPClientRequest("GET", server.address)
        exact.maximumResponseBytes = 10_000
        #expect(try await client.send(exact).body.count == 10_000)
        await client.close()
    }

    @Test func `a closed port is told from a broken exchange`() async throws {
        let server = try TinyHTTPServer { _ in .close }
        let client = HTTPClient()
        let request = HTTPClientRequest("POST", server.address, body: [1])
        await #expect(throws: HTTPClientError.connectionLost) { try await client.send(request) }
        server.stop()
        await #expect(throws: HTTPClientError.connectionFailed) { try await client.send(request) }
        #expect(HTTPClientError.connectionFailed.isConnectFailure)
        #expect(!HTTPClientError.connectionLost.isConnectFailure)
        await client.close()
    }

    @Test func `an answer cut short is no answer`() async throws {
        let server = try TinyHTTPServer { _ in
            .raw(Array("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf".utf8))
        }
        let client = HTTPClient()
        await #expect(throws: HTTPClientError.connectionLost) {
            try await client.send(HTTPClientRequest("GET", server.address))
        }
        await client.close()
    }

    @Test func `a server that comes back on its port is found again`() async throws {
        let first = try TinyHTTPServer { _ in .text(200, "first") }
        let client = HTTPClient()
        let request = HTTPClientRequest("GET", first.address)
        #expect(try await client.send(request).body == Array("first".utf8))
        first.stop()
        let second = try TinyHTTPServer(port: UInt16(first.port)) { _ in .text(200, "second") }
        #expect(try await client.send(request).body == Array("second".utf8))
        second.stop()
        await client.close()
    }

    @Test func `closing ends what is running and refuses what comes after`() async throws {
        let server = try TinyHTTPServer { _ in .hang }
        let client = HTTPClient()
        let address = server.address
        let waiting = Task {
            try await client.send(HTTPClientRequest("GET", address, timeout: .seconds(600)))
        }
        _ = await server.waitForRequests(1)
        await client.close()
        await #expect(throws: HTTPClientError.closed) { try await waiting.value }
        await #expect(throws: HTTPClientError.closed) {
            try await client.send(HTTPClientRequest("GET", address))
        }
        await client.close()
    }

    @Test func `clients come and go without leaving anything that waits`() async throws {
        let server = try TinyHTTPServer { _ in .respond(200) }
        for _ in 0..<50 {
            let client = HTTPClient()
            _ = try await client.send(HTTPClientRequest("GET", server.address))
        }
        #expect(server.connectionCount == 50)
    }
}
