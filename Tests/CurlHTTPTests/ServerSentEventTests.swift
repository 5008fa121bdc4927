import CurlHTTP
import TestSupport
import Testing

@Suite struct ServerSentEventTests {
    private typealias Event = ServerSentEvent

    static let golden: [(String, [ServerSentEvent])] = [
        ("data: a\n\n", [Event(data: "a")]),
        ("data:a\ndata: b\ndata:  c\n\n", [Event(data: "a\nb\n c")]),
        ("data: a\r\n\r\ndata: b\r\r", [Event(data: "a"), Event(data: "b")]),
        ("\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n", [Event(data: "a")]),
        (": comment\n:\ndata: a\n:x\n\n", [Event(data: "a")]),
        ("event: add\ndata: 1\n\ndata: 2\n\n", [Event(event: "add", data: "1"), Event(data: "2")]),
        (
            "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
            [Event(data: "a", id: "7"), Event(data: "b", id: "7"), Event(data: "c")]
        ),
        ("id: 1\u{0}2\ndata: a\n\n", [Event(data: "a")]),
        ("id: 3\n\ndata: a\n\n", [Event(data: "a", id: "3")]),
        (
            "retry: 1500\nretry: 2s\nretry:\ndata: a\n\n",
            [Event(data: "a", reconnectionTime: .milliseconds(1500))]
        ),
        ("data\n\ndata\ndata\n\ndata:", [Event(data: ""), Event(data: "\n")]),
        ("event: lost\n\ndata: a\n\n", [Event(data: "a")]),
        ("Data: no\n data: no\nfoo: bar\ndata: é🙂\n\n", [Event(data: "é🙂")]),
        ("data: a: b\n\n", [Event(data: "a: b")]),
        ("data: unfinished\n", []),
        ("", []),
    ]

    @Test(arguments: golden)
    func `each stream is read alike however it is cut`(text: String, expected: [ServerSentEvent]) throws {
        let bytes = Array(text.utf8)
        for size in [1, 2, 3, 7, max(1, bytes.count)] {
            var parser = ServerSentEventParser()
            var found: [ServerSentEvent] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += try parser.feed(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(found == expected, "in pieces of \(size)")
        }
    }

    @Test func `an event that never ends is given up`() async throws {
        let server = try TinyHTTPServer { _ in
            .streamed(200) { Array("data: \(String(repeating: "x", count: 900))\n".utf8) }
        }
        let client = HTTPClient()
        let response = try await client.stream(HTTPClientRequest("GET", server.address))
        await #expect(throws: HTTPClientError.tooLarge(limit: 10_000)) {
            for try await _ in ServerSentEvents(response.body, limit: 10_000) {}
        }
        await client.close()
    }

    @Test func `events arrive one by one while the answer goes on`() async throws {
        let feed = try ChunkFeed()
        let server = try TinyHTTPServer { _ in
            .streamed(200, headers: ["content-type": "text/event-stream"], next: feed.next)
        }
        let client = HTTPClient()
        let response = try await client.stream(HTTPClientRequest("GET", server.address))
        #expect(response.headers["content-type"] == "text/event-stream")
        var events = response.events.makeAsyncIterator()
        for number in 0..<20 {
            feed.push("id: \(number)\ndata: half")
            feed.push(" and half\n\n")
            let event = try await events.next()
            #expect(event == ServerSentEvent(data: "half and half", id: "\(number)"))
        }
        feed.finish()
        #expect(try await events.next() == nil)
        await client.close()
    }
}
