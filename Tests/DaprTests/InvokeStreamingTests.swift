import CurlHTTP
import Dapr
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct InvokeStreamingTests {
    private let http = HTTPClient()

    private func client(_ server: TinyHTTPServer) -> DaprClient {
        DaprClient(DaprConfiguration(port: server.port, apiToken: "t0ken"), http: http)
    }

    @Test func `events come one by one, and accept is widened`() async throws {
        let feed = try ChunkFeed()
        let server = try TinyHTTPServer { _ in
            .streamed(200, headers: ["content-type": "text/event-stream"], next: feed.next)
        }
        let answer = try await client(server).invokeStreaming(
            "GET", app: "tasks", path: "/changes", query: "since=1", headers: ["accept": "text/event-stream"])
        var events = answer.events.makeAsyncIterator()
        for number in 1...3 {
            feed.push("id: \(number)\ndata: x\n\n")
            #expect(try await events.next()?.id == "\(number)")
        }
        feed.finish()
        #expect(try await events.next() == nil)
        let request = try #require(server.requests.first)
        #expect(request.target == "/v1.0/invoke/tasks/method/changes?since=1")
        #expect(request.headers.values(of: "accept") == ["application/json, text/event-stream"])
        #expect(request.headers["dapr-api-token"] == "t0ken")
        await http.close()
    }

    @Test func `an app's own refusal is an answer, the sidecar's is an error`() async throws {
        let server = try TinyHTTPServer { request in
            request.path.hasSuffix("own")
                ? .json(409, #"{"type":"conflict"}"#)
                : .json(500, #"{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to invoke"}"#)
        }
        let dapr = client(server)
        let own = try await dapr.invokeStreaming("GET", app: "tasks", path: "/own")
        #expect(own.status == 409)
        #expect(try await own.collect().body == Array(#"{"type":"conflict"}"#.utf8))
        await #expect(throws: DaprError.appUnavailable(app: "tasks")) {
            _ = try await dapr.invokeStreaming("GET", app: "tasks", path: "/refused")
        }
        server.stop()
        await #expect(throws: DaprError.unreachable) {
            _ = try await dapr.invokeStreaming("GET", app: "tasks", path: "/refused")
        }
        await http.close()
    }

    @Test func `a body is streamed to the app`() async throws {
        let server = try TinyHTTPServer { _ in .respond(204) }
        let pieces = AsyncStream.makeStream(of: [UInt8].self)
        pieces.continuation.yield(Array("one".utf8))
        pieces.continuation.yield(Array("two".utf8))
        pieces.continuation.finish()
        let answer = try await client(server).invokeStreaming(
            "POST", app: "tasks", path: "/x", upload: HTTPUpload(pieces.stream))
        #expect(answer.status == 204)
        #expect(server.requests.first?.bodyText == "onetwo")
        await http.close()
    }
}
