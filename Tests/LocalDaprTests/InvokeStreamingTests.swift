import CurlHTTP
import InMemoryTracing
import TestSupport
import Testing
import Tracing

@testable import LocalDapr

@Suite(.serialized, .timeLimit(.minutes(2)))
struct InvokeStreamingTests {
    private func stream(
        _ rig: SidecarRig, _ path: String, accept: String = "application/json, text/event-stream"
    ) async throws -> HTTPClientStreamedResponse {
        let port = await rig.services.ports.port(of: "a")
        var request = HTTPClientRequest(
            "GET", "http://127.0.0.1:\(port)/v1.0/invoke/b/method\(path)", headers: ["accept": accept],
            timeout: .seconds(60))
        request.isTraced = false
        return try await rig.http.stream(request)
    }

    private func app(_ events: @escaping @Sendable (TestApp.Request) -> TestApp.Reply) throws -> TestApp {
        try TestApp(events: events)
    }

    private func rig(calling app: TestApp) async throws -> SidecarRig {
        try await SidecarRig([.of("a", app), .of("b", app)])
    }

    @Test(arguments: ["text/event-stream", "application/json, text/event-stream", "*/*"])
    func `each chunk comes through before the next is made, with status and headers`(accept: String)
        async throws
    {
        let feed = try ChunkFeed()
        let app = try app { _ in
            .streamed(207, headers: ["content-type": "text/event-stream", "x-own": "1"], next: feed.next)
        }
        let rig = try await rig(calling: app)
        let answer = try await stream(rig, "/s", accept: accept)
        #expect(answer.status == 207)
        #expect(answer.headers["x-own"] == "1")
        #expect(answer.headers["traceparent"] != nil)
        #expect(rig.spans(named: "CallLocal").isEmpty, "the spans last as long as the body")
        var body = answer.body.makeAsyncIterator()
        for number in 0..<10 {
            feed.push("data: \(number)\n\n")
            #expect(try await body.next() == Array("data: \(number)\n\n".utf8))
        }
        feed.finish()
        #expect(try await body.next() == nil)
        try await rig.stop()
        #expect(rig.spans(named: "CallLocal").count == 2)
    }

    @Test func `an exact accept of events takes status and body off errors, any other keeps them`()
        async throws
    {
        let app = try app { .text($0.path == "/chunked" ? 429 : 401, "who are you?") }
        let rig = try await rig(calling: app)
        for path in ["/x", "/chunked"] {
            let taken = try await stream(rig, path, accept: "text/event-stream").collect()
            #expect(taken.status == 500)
            #expect(JSONReader.read(taken.body)?["errorCode"]?.text == "ERR_DIRECT_INVOKE")
            #expect(!String(decoding: taken.body, as: UTF8.self).contains("who"))
        }
        let kept = try await stream(rig, "/x").collect()
        #expect(kept.status == 401)
        #expect(kept.body == Array("who are you?".utf8))
        try await rig.stop()
    }

    @Test func `a caller who leaves frees the application at its next words`() async throws {
        let feed = try ChunkFeed()
        let app = try app { _ in
            .streamed(200, headers: ["content-type": "text/event-stream"], next: feed.next)
        }
        let rig = try await rig(calling: app)
        do {
            let answer = try await stream(rig, "/s")
            feed.push("data: 1\n\n")
            for try await _ in answer.body { break }
        }
        while rig.spans(named: "CallLocal").count < 2 {
            feed.push(": heartbeat\n\n")
            await Task.yield()
        }
        feed.finish()
        try await rig.stop()
    }

    @Test func `a long body passes both ways without being held`() async throws {
        let app = try app { request in
            .chunked(
                200, headers: ["x-length": request.headers["transfer-encoding"] ?? "none"],
                chunks: [request.body])
        }
        let rig = try await rig(calling: app)
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let port = await rig.services.ports.port(of: "a")
        let url = "http://127.0.0.1:\(port)/v1.0/invoke/b/method/x"
        var announced = HTTPClientRequest("POST", url, body: bytes, timeout: .seconds(60))
        announced.isTraced = false
        let first = try await rig.http.send(announced)
        #expect(first.status == 200)
        #expect(first.headers["x-length"] == "none")
        #expect(first.body == bytes)

        let pieces = AsyncStream.makeStream(of: [UInt8].self)
        for start in stride(from: 0, to: bytes.count, by: 100_000) {
            pieces.continuation.yield(Array(bytes[start..<start + 100_000]))
        }
        pieces.continuation.finish()
        var chunked = HTTPClientRequest("POST", url, timeout: .seconds(60))
        chunked.upload = HTTPUpload(pieces.stream)
        chunked.isTraced = false
        let second = try await rig.http.send(chunked)
        #expect(second.headers["x-length"] == "chunked")
        #expect(second.body == bytes)
        try await rig.stop()
    }

    @Test func `a body over the sidecar's limit is refused, announced or not`() async throws {
        let app = try app { _ in .respond(200) }
        let rig = try await rig(calling: app)
        let piece = [UInt8](repeating: 1, count: 1024 * 1024)
        let port = await rig.services.ports.port(of: "a")
        let url = "http://127.0.0.1:\(port)/v1.0/invoke/b/method/x"
        for isChunked in [false, true] {
            var request = HTTPClientRequest("POST", url, timeout: .seconds(60))
            let pieces = AsyncStream.makeStream(of: [UInt8].self)
            for _ in 0..<5 { pieces.continuation.yield(piece) }
            pieces.continuation.finish()
            request.upload = HTTPUpload(pieces.stream, length: isChunked ? nil : 5 * piece.count)
            request.isTraced = false
            #expect(try await rig.http.send(request).status == 400)
        }
        try await rig.stop()
    }
}
