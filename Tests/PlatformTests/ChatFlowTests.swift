import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// A message in plain English, through the whole platform.
    struct ChatFlowTests {
        @Test func `a message is one tree from the gateway over planner and tool to the audit log`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let trace = ForeignTrace()
            let answer = try await user.call(
                "POST", "/api/v1/chat",
                json: ["message": "add buy milk tomorrow 9am high priority tagged home"],
                headers: ["traceparent": trace.traceparent])
            #expect(answer.status == 200)
            let chat = try answer.object()
            #expect(chat["model"] as? String == "planner")
            #expect(chat["traceId"] as? String == trace.traceID)
            let calls = try #require(chat["toolCalls"] as? [[String: Any]])
            #expect(calls.compactMap { $0["name"] as? String } == ["add_task"])
            #expect(calls.first?["status"] as? String == "done", "\(chat)")
            let tree = try await platform.tree(trace.traceID) { tree in
                tree.spans.filter { $0.name == "INSERT entry" && $0.service == "audit" }.count >= 2
            }
            for (name, service) in [
                ("POST /api/v1/chat", "gateway"), ("POST /api/v1/chat", "assistant"),
                ("invoke_agent todo-assistant", "assistant"), ("chat planner", "assistant"),
                ("execute_tool add_task", "assistant"), ("POST /api/v1/tasks", "tasks"),
                ("send ai.events", "assistant"), ("process ai.events", "audit"),
                ("process todo.events", "audit"),
            ] {
                #expect(tree.first(name, service: service) != nil, "\(name) of \(service) is missing")
            }
            let agent = try #require(tree.first("invoke_agent todo-assistant", service: "assistant"))
            let below = Set(agent.all.map(\.name))
            #expect(
                below.isSuperset(of: ["execute_tool add_task", "POST /api/v1/tasks", "process todo.events"]))
            let declared = try await DeclaredSpans(platform)
            for span in tree.spans where !declared.contains(span) {
                Issue.record("\(span.service): \(span.name) is not declared as it is")
            }
            let list = try await user.call("GET", "/api/v1/tasks").object()
            let task = try #require((list["items"] as? [[String: Any]])?.first)
            #expect(task["title"] as? String == "buy milk" && task["priority"] as? String == "high")
            let audit = try await user.audit(subject: try #require(task["id"] as? String), atLeast: 1)
            #expect(audit.first?["actor"] as? String == "agent")
        }

        @Test func `a conversation is streamed, remembered, asked about, renamed and deleted`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            _ = try await user.createTask("Pay rent")
            let streamed = try await user.call(
                "POST", "/api/v1/chat", json: ["message": "delete pay rent"],
                headers: ["Accept": "text/event-stream"])
            #expect(streamed.status == 200)
            #expect(streamed.headers["content-type"] == "text/event-stream")
            let text = String(decoding: streamed.body, as: UTF8.self)
            #expect(text.hasPrefix("event: start\n") && text.contains("event: tool\n"))
            let last = try #require(text.components(separatedBy: "event: done\ndata: ").dropFirst().first)
            let done = try #require(
                try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
            let conversation = try #require(done["conversationId"] as? String)
            #expect((done["confirmation"] as? [String: Any])?["tool"] as? String == "delete_task")
            let yes = try await user.call(
                "POST", "/api/v1/chat", json: ["message": "yes", "conversationId": conversation])
            #expect(try yes.object()["reply"] as? String == "Done: 1 task deleted.")
            #expect(
                (try await user.call("GET", "/api/v1/tasks").object()["items"] as? [Any])?.isEmpty == true)

            let root = "/api/v1/conversations"
            let stranger = try await PlatformUser.signUp(on: platform)
            #expect(try await stranger.call("GET", "\(root)/\(conversation)").status == 404)
            let renamed = try await user.call("PATCH", "\(root)/\(conversation)", json: ["title": "Rent"])
            #expect(try renamed.object()["title"] as? String == "Rent")
            let whole = try await user.call("GET", "\(root)/\(conversation)").object()
            let said = try #require(whole["messages"] as? [[String: Any]])
            #expect(said.first?["text"] as? String == "delete pay rent" && said.count >= 4)
            #expect(try await stranger.call("DELETE", "\(root)/\(conversation)").status == 404)
            #expect(try await user.call("DELETE", "\(root)/\(conversation)").status == 204)
            #expect(try await user.call("GET", "\(root)/\(conversation)").status == 404)
            #expect(try await platform.call("POST", "/api/v1/chat", json: ["message": "hi"]).status == 401)
            #expect(try await user.call("POST", "/api/v1/chat", json: ["message": ""]).status == 422)
        }
    }
}
