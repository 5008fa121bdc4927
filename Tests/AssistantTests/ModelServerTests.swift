import CurlHTTP
import Foundation
import Synchronization
import TestSupport
import Testing
import TodoDomain

@testable import Assistant

/// The wire form of chat completions, as servers write it, and what they do wrong.
@Suite struct ModelServerTests {
    private typealias Wire = CompletionWire

    private func ask(
        within time: Duration = .seconds(20), patience: Duration = .seconds(10),
        _ script: @escaping @Sendable (Int, TinyHTTPServer.Request) -> TinyHTTPServer.Reply
    ) async throws -> (
        result: Result<ModelReply, any Error>, text: String, requests: [TinyHTTPServer.Request]
    ) {
        let count = Mutex(0)
        let server = try TinyHTTPServer { request in
            script(
                count.withLock { count in
                    count += 1
                    return count
                }, request)
        }
        defer { server.stop() }
        let http = HTTPClient()
        var model = OpenAIModel(name: "scripted", baseURL: server.address + "/v1", apiKey: "k", http: http)
        model.patience = patience
        model.firstPause = .milliseconds(5)
        let shown = Mutex("")
        let request = ModelRequest(
            messages: [
                .user("hello"), .assistant("", calls: [.init(id: "c1", name: "list_tasks", arguments: "{}")]),
                .tool("{}", answering: "c1"),
            ],
            tools: ToolCatalogue.shared, now: LocalDateTime(year: 2026, month: 11, day: 21),
            deadline: .now + time)
        var result: Result<ModelReply, any Error>
        do {
            result = .success(try await model.reply(to: request) { text in shown.withLock { $0 += text } })
        } catch {
            result = .failure(error)
        }
        let requests = server.requests
        await http.close()
        return (result, shown.withLock { $0 }, requests)
    }

    @Test func `parallel calls in pieces are put together, and the request is what servers expect`()
        async throws
    {
        let asked = try await ask { _, _ in
            Wire.calls([
                .init("call_a", "add_task", #"{"title":"Milk, \"whole\" 🥛"}"#),
                .init("call_b", "list_tasks", "{}"),
            ])
        }
        let reply = try asked.result.get()
        #expect(reply.calls.map(\.id) == ["call_a", "call_b"])
        #expect(reply.calls[0].arguments == #"{"title":"Milk, \"whole\" 🥛"}"#)
        #expect(reply.finish == .toolCalls && reply.inputTokens == 11 && reply.outputTokens == 7)
        #expect(reply.model == "scripted-1" && reply.id == "chatcmpl-1")
        let body = try JSONTree(asked.requests[0].body)
        #expect(body["store"] == false && body["stream"] == true && body["model"] == "scripted")
        #expect(body["tools"]?.items?.count == 13)
        #expect(body["messages"]?.items?[1]["content"] == .null)
        #expect(body["messages"]?.items?[1]["tool_calls"]?.items?[0]["function"]?["arguments"] == "{}")
        #expect(body["messages"]?.items?[2]["tool_call_id"] == "c1")
        #expect(asked.requests[0].headers["authorization"] == "Bearer k")
    }

    @Test func `letters that are cut in two arrive whole`() async throws {
        let bytes = Wire.chunk(#"{"content":"grüße 🥛"}"#)
        let asked = try await ask { _, _ in
            Wire.stream(bytes.map { [$0] } + [Wire.chunk("{}", finish: "\"stop\""), Wire.done])
        }
        #expect(try asked.result.get().text == "grüße 🥛" && asked.text == "grüße 🥛")
    }

    @Test func `a server that does not stream is understood as well`() async throws {
        let asked = try await ask { _, _ in
            .json(
                200,
                #"{"id":"x","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"hi","tool_calls":[{"id":"a","type":"function","function":{"name":"list_tasks","arguments":"{}"}}]}}]}"#
            )
        }
        let reply = try asked.result.get()
        #expect(reply.text == "hi" && reply.calls.count == 1 && reply.finish == .toolCalls)
    }

    @Test(arguments: [
        ("length", ModelReply.Finish.length), ("content_filter", .contentFilter), ("stop", .stop),
    ])
    func `every way to end is told apart`(word: String, finish: ModelReply.Finish) async throws {
        let asked = try await ask { _, _ in
            Wire.stream([Wire.chunk(#"{"content":"a"}"#), Wire.chunk("{}", finish: "\"\(word)\""), Wire.done])
        }
        #expect(try asked.result.get().finish == finish)
    }

    @Test func `too many requests are sent again after what the server asks for, and succeed`() async throws {
        let asked = try await ask { count, _ in
            count == 1
                ? .respond(
                    429, headers: ["retry-after-ms": "20", "content-type": "application/json"],
                    body: Array(#"{"error":{"message":"m","type":"x","code":"rate_limit_exceeded"}}"#.utf8))
                : Wire.text("now")
        }
        #expect(try asked.result.get().text == "now" && asked.requests.count == 2)
    }

    enum Fault: String, CaseIterable, Sendable {
        case quota, longWait, badKey, errors, emptyChoices, errorInStream, cut, cutEarly, stall, noJSON,
            large, hang, gone
    }

    private static func reply(_ fault: Fault) -> TinyHTTPServer.Reply {
        switch fault {
        case .quota:
            .json(429, #"{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}"#)
        case .longWait: .respond(429, headers: ["retry-after": "3600"], body: [])
        case .badKey: .json(401, #"{"error":{"message":"m","type":"x","code":"invalid_api_key"}}"#)
        case .errors: .json(500, "oops")
        case .emptyChoices: Wire.stream([Wire.event(#"{"choices":[]}"#), Wire.done])
        case .errorInStream:
            Wire.stream([
                Wire.chunk(#"{"content":"be"}"#),
                Array("event: error\ndata: {\"error\":{\"message\":\"m\"}}\n\n".utf8),
            ])
        case .cut: Wire.stream([Wire.chunk(#"{"content":"be"}"#)])
        case .cutEarly:
            .raw(
                Array(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 5000\r\n\r\ndata: {"
                        .utf8))
        case .stall:
            .streamed(200, headers: ["content-type": "text/event-stream"]) {
                Thread.sleep(forTimeInterval: 0.3); return Array(": still here\n\n".utf8)
            }
        case .noJSON: Wire.stream([Wire.event("{nonsense"), Wire.done])
        case .large:
            .respond(
                200, headers: ["content-type": "application/json"],
                body: [UInt8](repeating: 0x20, count: 10_000_000))
        case .hang: .hang
        case .gone: .close
        }
    }

    @Test(arguments: Fault.allCases)
    func `whatever a model server does wrong has a name, within the time`(fault: Fault) async throws {
        let expected: [Fault: ModelFailure] = [
            .quota: .busy, .longWait: .busy, .badKey: .refused, .errors: .unavailable,
            .emptyChoices: .malformed,
            .errorInStream: .unavailable, .cut: .cut, .cutEarly: .cut, .stall: .timedOut, .noJSON: .malformed,
            .large: .tooLarge, .hang: .timedOut, .gone: .unavailable,
        ]
        let asked = try await ask(
            within: fault == .stall ? .seconds(2) : .seconds(20),
            patience: fault == .hang ? .seconds(1) : .seconds(10)
        ) { _, _ in Self.reply(fault) }
        guard case .failure(let error) = asked.result else {
            Issue.record("\(fault): answered")
            return
        }
        #expect(error as? ModelFailure == expected[fault], "\(fault): \(error)")
        if [.quota, .longWait, .badKey, .errorInStream].contains(fault) {
            #expect(asked.requests.count == 1)
        }
    }
}
