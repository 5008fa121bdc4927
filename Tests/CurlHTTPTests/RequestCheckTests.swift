import CurlHTTP
import TestSupport
import Testing

@Suite struct RequestCheckTests {
    @Test(arguments: [
        ("x-a", "1\r\nx-evil: 1"), ("x-a", "1\nx-evil: 1"), ("x-a", "nul\u{0}"), ("x-a: 1\r\nx-evil", "1"),
        ("x a", "1"), ("", "1"), ("x-a:", "1"), ("x-ä", "1"),
    ])
    func `a field that could end itself is refused before anything is sent`(
        name: String, value: String
    ) async throws {
        let server = try TinyHTTPServer { _ in .respond(200) }
        let client = HTTPClient()
        await #expect(throws: HTTPClientError.invalidHeader) {
            try await client.send(
                HTTPClientRequest("GET", server.address, headers: HTTPHeaderList([(name, value)])))
        }
        #expect(server.connectionCount == 0)
        await client.close()
    }

    @Test(arguments: ["", "GET /x HTTP/1.1\r\nA: b", "GET X", "GÉT"])
    func `a method that is no token is refused`(method: String) async {
        let client = HTTPClient()
        await #expect(throws: HTTPClientError.invalidMethod) {
            try await client.send(HTTPClientRequest(method, "http://127.0.0.1:1/"))
        }
        await client.close()
    }

    @Test(arguments: [
        "", "127.0.0.1", "/path", "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:70/x",
        "http://", "http:///x", "http://user:secret@127.0.0.1/", "http://127.0.0.1:0/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:8o/", "http://127.0.0.1:/", "http://127.0.0.1/a b", "http://127.0.0.1/a\r\nHost: x",
        "http://127.0.0.1\\@example.com/", "http://[::1/", "http://[::1]x/", "http://exämple/",
    ])
    func `a URL that is not plainly one is refused`(url: String) async {
        let client = HTTPClient()
        await #expect(throws: HTTPClientError.invalidURL) {
            try await client.send(HTTPClientRequest("GET", url))
        }
        await client.close()
    }

    @Test func `errors say why and never where`() {
        let errors: [HTTPClientError] = [
            .invalidURL, .invalidMethod, .invalidHeader, .resolveFailed, .connectionFailed, .connectTimeout,
            .connectionLost, .timeout, .cancelled, .tooLarge(limit: 5), .tls("handshake_failed"), .closed,
            .protocolFailure(code: 3),
        ]
        #expect(Set(errors.map(\.reasonCode)).count == errors.count)
        #expect("\(HTTPClientError.tooLarge(limit: 5))" == "response_too_large (limit 5 bytes)")
        #expect("\(HTTPClientError.protocolFailure(code: 3))" == "protocol_failure (curl 3)")
    }
}

@Suite struct HTTPHeaderListTests {
    @Test func `names are found in any case and repeated values are kept in order`() {
        var headers: HTTPHeaderList = ["Accept": "a", "X-One": "1"]
        headers.add("accept", "b")
        #expect(headers["ACCEPT"] == "a")
        #expect(headers.values(of: "Accept") == ["a", "b"])
        #expect(headers.map(\.name) == ["Accept", "X-One", "accept"])
        headers["aCCept"] = "c"
        #expect(headers.values(of: "accept") == ["c"])
        headers["x-one"] = nil
        #expect(headers.map(\.name) == ["aCCept"])
    }
}
