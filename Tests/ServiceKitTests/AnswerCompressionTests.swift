import CurlHTTP
import Gzip
import HTTPTypes
import Hummingbird
import InMemoryTracing
import NIOCore
import Synchronization
import Testing

@testable import ServiceKit

/// Answers of a port that compresses below `/api/`.
struct AnswerCompressionTests {
    private static let text = #"{"items":["# + String(repeating: #""milk","#, count: 500) + #""eggs"]}"#

    /// What a route was asked with, as it saw it.
    private final class Seen: Sendable {
        let headers = Mutex<HTTPFields>([:])
    }

    private func answer(_ headers: HTTPFields, _ text: String = Self.text) -> Response {
        Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func routes(_ router: ServiceRouter, _ seen: Seen) {
        let json: HTTPFields = [.contentType: "application/json", .eTag: "\"7\"", .vary: "Origin"]
        router.on(.get, "/api/whole", access: .anyone) { request, _ in
            seen.headers.withLock { $0 = request.headers }
            if request.headers[.ifNoneMatch]?.contains("\"7\"") == true {
                return Response(status: .notModified, headers: [.eTag: "\"7\""])
            }
            return answer(json)
        }
        router.on(.get, "/api/short", access: .anyone) { _, _ in answer(json, "{}") }
        router.on(.get, "/api/weak", access: .anyone) { _, _ in
            answer([.contentType: "application/problem+json; charset=utf-8", .eTag: "W/\"7\""])
        }
        var (cookie, still) = (json, json)
        cookie[.setCookie] = "a=b"
        still[.cacheControl] = "no-store, no-transform"
        for (path, fields) in [("cookie", cookie), ("still", still)] {
            router.on(.get, "/api/\(path)", access: .anyone) { _, _ in answer(fields) }
        }
        router.on(.get, "/api/sheet", access: .anyone) { _, _ in answer([.contentType: "text/csv"]) }
        router.on(.get, "/other", access: .anyone) { _, _ in answer(json) }
        for (path, type) in [("events", "text/event-stream"), ("parts", "application/json")] {
            router.on(.get, "/api/\(path)", access: .anyone) { _, _ in
                Response(
                    status: .ok, headers: [.contentType: type],
                    body: ResponseBody { writer in
                        try await writer.write(ByteBuffer(string: Self.text))
                        try await writer.finish(nil)
                    })
            }
        }
    }

    private func withPort(
        _ body: (
            _ get: (String, [String: String], String) async throws -> HTTPClientResponse, Seen, ServedPort
        )
            async throws -> Void
    ) async throws {
        let (seen, http) = (Seen(), HTTPClient())
        try await ServedPort.with(compression: AnswerCompression(prefix: "/api/")) {
            routes($0, seen)
        } _: { port in
            try await body(
                { path, fields, method in
                    var headers = HTTPHeaderList()
                    for (name, value) in fields { headers.add(name, value) }
                    return try await http.send(
                        HTTPClientRequest(
                            method, "http://127.0.0.1:\(port.port)\(path)", headers: headers,
                            timeout: .seconds(60)))
                }, seen, port)
        }
        await http.close()
    }

    @Test func `JSON is sent in gzip to who reads it, and is another representation then`() async throws {
        try await withPort { get, _, port in
            let small = try await get("/api/whole", ["Accept-Encoding": "br, gzip"], "GET")
            #expect(small.headers["Content-Encoding"] == "gzip" && small.headers["ETag"] == "\"7-gz\"")
            #expect(small.headers["Vary"] == "Origin, Accept-Encoding")
            #expect(small.headers["Content-Length"] == String(small.body.count) && small.body.count < 200)
            #expect(try Gzip.decompress(small.body, limit: 10_000) == Array(Self.text.utf8))
            let head = try await get("/api/whole", ["Accept-Encoding": "gzip"], "HEAD")
            #expect(head.headers["Content-Encoding"] == "gzip" && head.headers["ETag"] == "\"7-gz\"")
            #expect(head.body.isEmpty)
            let plain = try await get("/api/whole", ["Accept-Encoding": "gzip;q=0"], "GET")
            #expect(plain.headers["Content-Encoding"] == nil && plain.headers["ETag"] == "\"7\"")
            #expect(plain.headers["Vary"] == "Origin, Accept-Encoding" && plain.body == Array(Self.text.utf8))
            let weak = try await get("/api/weak", ["Accept-Encoding": "gzip"], "GET")
            #expect(weak.headers["Content-Encoding"] == "gzip" && weak.headers["ETag"] == "W/\"7\"")
            #expect(port.counted("todo.http.compressed", []) == 2)
        }
    }

    @Test func `tags come back as their maker knows them`() async throws {
        try await withPort { get, seen, _ in
            let same = try await get(
                "/api/whole", ["Accept-Encoding": "gzip", "If-None-Match": "\"5\", \"7-gz\""], "GET")
            #expect(same.status == 304 && same.headers["ETag"] == "\"7-gz\"" && same.body.isEmpty)
            #expect(same.headers["Vary"] == "Accept-Encoding")
            #expect(seen.headers.withLock { $0[.ifNoneMatch] } == "\"5\", \"7\"")
            let plain = try await get(
                "/api/whole", ["Accept-Encoding": "gzip", "If-None-Match": "\"7\""], "GET")
            #expect(plain.status == 304 && plain.headers["ETag"] == "\"7\"")
            _ = try await get("/api/whole", ["If-Match": "\"7-gz\""], "GET")
            #expect(seen.headers.withLock { $0[.ifMatch] } == "\"7\"")
        }
    }

    @Test func `what is short, written bit by bit, secret or not to be touched stays as it is`() async throws
    {
        try await withPort { get, _, port in
            for path in ["short", "events", "parts", "cookie", "sheet", "still"] {
                let answer = try await get("/api/\(path)", ["Accept-Encoding": "gzip"], "GET")
                #expect(answer.status == 200 && answer.headers["Content-Encoding"] == nil, "\(path)")
                #expect(answer.headers["ETag"]?.contains("gz") != true, "\(path)")
            }
            let other = try await get("/other", ["Accept-Encoding": "gzip"], "GET")
            #expect(other.headers["Content-Encoding"] == nil && other.headers["Vary"] == "Origin")
            #expect(port.counted("todo.http.compressed", []) == 0)
        }
    }

    @Test func `a route that is not traced is measured all the same`() async throws {
        try await ServedPort.with { router in
            router.on(.get, "/seen", access: .anyone) { _, _ in Response(status: .noContent) }
            router.on(.get, "/unseen", access: .anyone, isTraced: false) { _, _ in
                Response(status: .noContent)
            }
        } _: { port in
            for path in ["seen", "unseen"] {
                _ = try await port.exchange("GET /\(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                let isMeasured = await eventually {
                    port.timed(
                        "http.server.request.duration",
                        [
                            ("http.request.method", "GET"), ("url.scheme", "http"),
                            ("http.response.status_code", "204"), ("http.route", "/\(path)"),
                        ])
                }
                #expect(isMeasured, "\(path)")
            }
            #expect(await eventually { !port.tracer.finishedSpans.isEmpty })
            #expect(port.tracer.finishedSpans.map(\.operationName) == ["GET /seen"])
        }
    }
}
