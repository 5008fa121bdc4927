import Testing
import TodoDomain

@testable import Assistant

@Suite struct ToolSchemaTests {
    private func refusal(
        _ tool: String, _ arguments: String, scopes: Set<String> = ["tasks:read", "tasks:write"]
    )
        -> ToolFailure?
    {
        do {
            _ = try ToolDesk.check(tool, arguments, scopes: scopes)
            return nil
        } catch {
            return error as? ToolFailure
        }
    }

    @Test(arguments: [
        (#"{"title": 5}"#, "/title"), (#"{}"#, "/title"), (#"{"title": ""}"#, "/title"),
        (#"{"title": "a", "user": "x"}"#, "/user"), (#"{"title": "a", "priority": "max"}"#, "/priority"),
        (#"{"title": "a", "tags": ["x", "x"]}"#, "/tags"), (#"{"title": "a", "due": "tomorrow"}"#, "/due"),
        (#"{"title": "a", "due": "2026-02-30"}"#, "/due"),
        (#"{"title": "a", "reminders": [{"before": "1 hour"}]}"#, "/reminders/0/before"),
    ])
    func `arguments that do not fit are named by field`(arguments: String, pointer: String) {
        let failure = refusal("add_task", arguments)
        #expect(failure?.reason == .badArguments)
        #expect(failure?.fields.map(\.pointer) == [pointer])
    }

    @Test(arguments: [
        "[]", "null", "{", #"{"title": "a", "title": "b"}"#,
        #"{"title": "\#(String(repeating: "x", count: 70_000))"}"#,
    ])
    func `what is no object is refused`(arguments: String) {
        #expect(refusal("add_task", arguments)?.reason == .badArguments)
    }

    @Test func `tools are looked up in a list, by what the token allows`() {
        #expect(refusal("drop_table", "{}")?.reason == .unknownTool)
        #expect(refusal("delete_task", "{}", scopes: ["tasks:read"])?.reason == .notAllowed)
        #expect(refusal("list_tasks", "{}", scopes: ["tasks:read"]) == nil)
        #expect(refusal("list_tasks", "", scopes: ["tasks:read"]) == nil)
    }

    @Test func `a call has one id in a turn, whatever the order of its members`() throws {
        let scopes: Set<String> = ["tasks:read", "tasks:write"]
        let one = try ToolDesk.check("add_task", #"{"title":"a","due":"2026-12-01"}"#, scopes: scopes)
        let other = try ToolDesk.check("add_task", #"{"due": "2026-12-01", "title": "a"}"#, scopes: scopes)
        #expect(one.digest == other.digest && one.digest.count == 64)
    }

    @Test func `memory keeps whole turns and is bounded`() {
        var talk: [ChatMessage] = []
        for index in 0..<200 {
            talk += [
                .user("message \(index)"),
                .assistant("", calls: [.init(id: "c", name: "t", arguments: "{}")]),
                .tool(String(repeating: "x", count: index * 7 % 900), answering: "c"), .assistant("ok"),
            ]
            let kept = TalkLimits.bounded(talk)
            #expect(kept.count <= TalkLimits.messages && kept.first?.role == .user)
            #expect(kept.reduce(0) { $0 + $1.weight } <= TalkLimits.bytes)
            let calls = kept.flatMap(\.calls).count
            #expect(calls == kept.count { $0.role == .tool })
        }
        let huge = TalkLimits.bounded([
            .user("a"), .tool(String(repeating: "x", count: 90_000), answering: "c"), .assistant("b"),
        ])
        #expect(huge == [.user("a"), .assistant("b")])
    }

    @Test func `the two hundred and first request of any minute waits`() {
        var window = ChatAllowance.Window([])
        for index in 0..<200 { #expect(window.admit(at: Int64(index) * 100, limit: 200) == nil) }
        #expect(window.admit(at: 20_000, limit: 200) == 40_000)
        #expect(window.admit(at: 59_999, limit: 200) == 1)
        #expect(window.admit(at: 60_000, limit: 200) == nil)
        #expect(window.admit(at: 60_001, limit: 200) == 99)
        #expect(ChatAllowance.Window(text: window.text) == window)
    }
}
