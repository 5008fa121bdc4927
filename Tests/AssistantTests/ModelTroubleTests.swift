import CurlHTTP
import Foundation
import Synchronization
import TestSupport
import Testing
import TodoDomain

@testable import Assistant

extension AssistantOnPostgres {
    /// A whole turn with a model server that does something wrong, in the real wire form.
    @Suite struct ModelTroubleTests {
        private typealias Wire = CompletionWire

        private struct Came {
            let answer: ChatAnswer
            let titles: [String]
            let requests: [TinyHTTPServer.Request]
        }

        /// One message, answered by a script that is told how many requests came.
        private func turn(
            patience: Duration = .seconds(20), _ script: @escaping @Sendable (Int) -> TinyHTTPServer.Reply
        ) async throws -> Came {
            let count = Mutex(0)
            let server = try TinyHTTPServer { _ in
                script(
                    count.withLock { count in
                        count += 1
                        return count
                    })
            }
            defer { server.stop() }
            let http = HTTPClient()
            var model = OpenAIModel(
                name: "scripted", baseURL: server.address + "/v1", apiKey: "k", http: http)
            model.patience = patience
            model.firstPause = .milliseconds(5)
            let rig = try await AssistantRig()
            let user = UUID()
            let answer = try await rig.say("add buy milk", to: rig.operations(model), as: user)
            let came = Came(answer: answer, titles: rig.api.titles(of: user), requests: server.requests)
            await rig.close()
            await http.close()
            return came
        }

        private static let milk = CompletionWire.Call("call_a", "add_task", #"{"title":"buy milk"}"#)

        enum Dead: String, CaseIterable, Sendable {
            case errors, gone, silent, stalled, cut, empty, failing, nonsense, large, noQuota, noKey
        }

        private static func patience(_ fault: Dead) -> Duration {
            [.silent, .stalled].contains(fault) ? .seconds(3) : .seconds(20)
        }

        private static func reply(_ fault: Dead) -> TinyHTTPServer.Reply {
            switch fault {
            case .errors: .json(500, "oops")
            case .gone: .close
            case .silent: .hang
            case .stalled:
                .streamed(200, headers: ["content-type": "text/event-stream"]) {
                    // Nothing more, until the client has had enough.
                    Thread.sleep(forTimeInterval: 5)
                    return nil
                }
            case .cut: Wire.stream([Wire.chunk(#"{"role":"assistant"}"#)])
            case .empty: Wire.stream([Wire.event(#"{"choices":[]}"#), Wire.done])
            case .failing:
                Wire.stream([Array("event: error\ndata: {\"error\":{\"message\":\"m\"}}\n\n".utf8)])
            case .nonsense: Wire.stream([Wire.event("{nonsense"), Wire.done])
            case .large:
                .respond(
                    200, headers: ["content-type": "text/event-stream"],
                    body: Array("data: \"".utf8) + [UInt8](repeating: 0x61, count: 10_000_000))
            case .noQuota:
                .json(429, #"{"error":{"type":"insufficient_quota","code":"insufficient_quota"}}"#)
            case .noKey: .json(401, #"{"error":{"code":"invalid_api_key"}}"#)
            }
        }

        @Test(arguments: Dead.allCases)
        func `with a model that is of no use the planner does it, once, and says so`(fault: Dead) async throws
        {
            let came = try await turn(patience: Self.patience(fault)) { _ in Self.reply(fault) }
            #expect(came.titles == ["buy milk"] && came.answer.model == "planner", "\(came.answer)")
            #expect(came.answer.notice?.contains("does not answer") == true)
            #expect(came.requests.count <= OpenAIModel.mostAttempts)
        }

        @Test(arguments: Dead.allCases)
        func `what a model has done before it went away is told and not done again`(fault: Dead) async throws
        {
            let came = try await turn(patience: Self.patience(fault)) {
                $0 == 1 ? Wire.calls([Self.milk]) : Self.reply(fault)
            }
            #expect(came.titles == ["buy milk"] && came.answer.model == "scripted", "\(came.answer)")
            #expect(came.answer.reply.contains("One change was made"), "\(came.answer.reply)")
        }

        @Test func `unknown tools and arguments that are no JSON are told to the model, which mends them`()
            async throws
        {
            let came = try await turn { count in
                switch count {
                case 1: Wire.calls([.init("x", "drop_tables", "{}"), .init("y", "add_task", "{\"title\":")])
                case 2: Wire.calls([Self.milk])
                default: Wire.text("It is on your list.")
                }
            }
            #expect(came.titles == ["buy milk"] && came.answer.reply == "It is on your list.")
            #expect(came.answer.toolCalls.map(\.reason) == ["unknown_tool", "bad_arguments", nil])
            let told = try JSONTree(came.requests[1].body)["messages"]?.items?.suffix(2) ?? []
            #expect(told.compactMap { $0["tool_call_id"]?.text } == ["x", "y"])
        }

        @Test func `calls with one id are answered one by one`() async throws {
            let came = try await turn { count in
                count == 1
                    ? Wire.calls([
                        .init("same", "add_task", #"{"title":"milk"}"#),
                        .init("same", "add_task", #"{"title":"eggs"}"#),
                    ]) : Wire.text("Both.")
            }
            #expect(came.titles == ["milk", "eggs"])
            let said = try JSONTree(came.requests[1].body)["messages"]?.items ?? []
            let answered = said.compactMap { $0["tool_call_id"]?.text }
            let asked = said.compactMap { $0["tool_calls"]?.items }.joined().compactMap { $0["id"]?.text }
            #expect(Set(answered).count == 2 && answered == asked)
        }

        @Test func `a server that is busy for a moment is waited for`() async throws {
            let came = try await turn { count in
                switch count {
                case 1: .respond(429, headers: ["retry-after-ms": "10"], body: [])
                case 2: Wire.calls([Self.milk])
                case 3: .json(503, "")
                default: Wire.text("Done.")
                }
            }
            #expect(came.titles == ["buy milk"] && came.answer.reply == "Done.")
            #expect(came.answer.model == "scripted" && came.requests.count == 4)
        }

        @Test func `numbers that cannot be meant harm nobody`() async throws {
            let huge = "9223372036854775807"
            let came = try await turn { _ in
                Wire.stream([
                    Wire.chunk(#"{"content":"hi"}"#), Wire.chunk("{}", finish: "\"stop\""),
                    Wire.event(
                        "{\"choices\":[],\"usage\":{\"prompt_tokens\":\(huge),\"completion_tokens\":\(huge)}}"
                    ),
                    Wire.done,
                ])
            }
            #expect(came.answer.reply == "hi")
        }
    }
}
