import CurlHTTP
import TestSupport
import Testing

@Suite struct HTTPClientTests {
    @Test func `a request arrives whole and its answer comes back whole`() async throws {
        let server = try TinyHTTPServer { request in
            .respond(
                201, headers: [("ETag", "\"1\""), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")].asHeaders,
                body: request.body.reversed())
        }
        let client = HTTPClient()
        let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        let response = try await client.send(
            HTTPClientRequest(
                "POST", server.address + "/things?q=a%20b",
                headers: ["content-type": "application/octet-stream", "X-Empty": ""], body: body))
        #expect(response.status == 201)
        #expect(response.headers["etag"] == "\"1\"")
        #expect(response.headers.values(of: "SET-COOKIE") == ["a=1", "b=2"])
        #expect(response.body == body.reversed())
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/things?q=a%20b")
        #expect(request.body == body)
        #expect(request.headers.values(of: "content-type") == ["application/octet-stream"])
        #expect(request.headers["x-empty"] == "")
        #expect(request.headers["expect"] == nil)
        await client.close()
    }

    @Test(arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])
    func `every method goes out under its own name, without a body if there is none`(method: String)
        async throws
    {
        let server = try TinyHTTPServer { _ in .text(200, "here") }
        let client = HTTPClient()
        let response = try await client.send(HTTPClientRequest(method, server.address))
        #expect(response.status == 200)
        #expect(response.body == (method == "HEAD" ? [] : Array("here".utf8)))
        let request = try #require(server.requests.first)
        #expect(request.method == method)
        #expect(request.body.isEmpty)
        #expect(request.headers["content-type"] == nil)
        let usuallyHasBody = ["POST", "PUT", "PATCH"].contains(method)
        #expect(request.headers["content-length"] == (usuallyHasBody ? "0" : nil))
        await client.close()
    }

    @Test func `a body goes out with methods that usually have none`() async throws {
        let server = try TinyHTTPServer { _ in .respond(204) }
        let client = HTTPClient()
        for method in ["DELETE", "GET"] {
            let response = try await client.send(
                HTTPClientRequest(method, server.address, body: Array("why".utf8)))
            #expect(response.status == 204)
        }
        #expect(server.requests.map(\.method) == ["DELETE", "GET"])
        #expect(server.requests.map(\.bodyText) == ["why", "why"])
        await client.close()
    }

    @Test func `requests in a row share one connection`() async throws {
        let server = try TinyHTTPServer { _ in .text(200, "again") }
        let client = HTTPClient()
        for _ in 0..<20 {
            let response = try await client.send(HTTPClientRequest("GET", server.address))
            #expect(response.status == 200)
        }
        #expect(server.requests.count == 20)
        #expect(server.connectionCount == 1)
        await client.close()
    }

    @Test func `nothing of one request is left for the next on the same handle`() async throws {
        let server = try TinyHTTPServer { _ in .respond(200) }
        let client = HTTPClient()
        _ = try await client.send(
            HTTPClientRequest("POST", server.address, headers: ["x-secret": "1"], body: [1, 2, 3]))
        _ = try await client.send(HTTPClientRequest("GET", server.address))
        let second = try #require(server.requests.last)
        #expect(second.method == "GET")
        #expect(second.headers["x-secret"] == nil)
        #expect(second.headers["content-length"] == nil)
        #expect(second.body.isEmpty)
        await client.close()
    }

    @Test func `a hundred requests at once each get their own answer`() async throws {
        let server = try TinyHTTPServer { .delay(milliseconds: 20, then: .text(200, $0.path)) }
        let client = HTTPClient()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let response = try await client.send(
                        HTTPClientRequest("GET", server.address + "/\(number)"))
                    return response.body == Array("/\(number)".utf8)
                }
            }
            for try await isOwn in group { #expect(isOwn) }
        }
        #expect(server.requests.count == 100)
        await client.close()
    }

    @Test func `chunks are joined`() async throws {
        let server = try TinyHTTPServer { _ in
            .chunked(200, chunks: (0..<50).map { Array("piece \($0);".utf8) })
        }
        let client = HTTPClient()
        let response = try await client.send(HTTPClientRequest("GET", server.address))
        #expect(String(decoding: response.body, as: UTF8.self) == (0..<50).map { "piece \($0);" }.joined())
        await client.close()
    }

    @Test func `an interim answer leaves no fields behind`() async throws {
        let server = try TinyHTTPServer { _ in
            .raw(
                Array(
                    "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
                        .utf8))
        }
        let client = HTTPClient()
        let response = try await client.send(HTTPClientRequest("GET", server.address))
        #expect(response.status == 200)
        #expect(response.headers["link"] == nil)
        #expect(response.body == Array("ok".utf8))
        await client.close()
    }

    @Test func `a redirect is an answer, not an order`() async throws {
        let server = try TinyHTTPServer { _ in .respond(302, headers: ["location": "/elsewhere"]) }
        let client = HTTPClient()
        let response = try await client.send(HTTPClientRequest("GET", server.address))
        #expect(response.status == 302)
        #expect(server.requests.count == 1)
        await client.close()
    }

    @Test func `the caller's user agent replaces ours`() async throws {
        let server = try TinyHTTPServer { _ in .respond(200) }
        let client = HTTPClient()
        _ = try await client.send(HTTPClientRequest("GET", server.address))
        _ = try await client.send(HTTPClientRequest("GET", server.address, headers: ["User-Agent": "probe"]))
        #expect(
            server.requests.map { $0.headers.values(of: "user-agent") } == [["todo-platform"], ["probe"]])
        await client.close()
    }

    @Test func `fields that frame the message are the client's own`() async throws {
        let server = try TinyHTTPServer { _ in .respond(200) }
        let client = HTTPClient()
        _ = try await client.send(
            HTTPClientRequest(
                "POST", server.address,
                headers: ["Content-Length": "99", "Transfer-Encoding": "chunked", "Connection": "close"],
                body: [7]))
        let request = try #require(server.requests.first)
        #expect(request.headers.values(of: "content-length") == ["1"])
        #expect(request.headers["transfer-encoding"] == nil)
        #expect(request.headers["connection"] == nil)
        await client.close()
    }
}

extension [(String, String)] {
    fileprivate var asHeaders: HTTPHeaderList { HTTPHeaderList(self) }
}
