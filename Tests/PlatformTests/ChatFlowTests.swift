import CurlHTTP
import Foundation
import TestSupport
import Testing

extension WholePlatform {
    /// A message in plain English, through the whole platform.
    struct ChatFlowTests {
        private static let milk =
            "add buy milk tomorrow 9am high priority tagged home, and remind me an hour before"

        /// Says the sentence; everything that it must have caused is one tree below the gateway.
        private func say(_ sentence: String, on platform: RunningPlatform, model: String) async throws
            -> SpanTree
        {
            let user = try await PlatformUser.signUp(on: platform)
            let trace = ForeignTrace()
            let answer = try await user.call(
                "POST", "/api/v1/chat", json: ["message": sentence],
                headers: ["traceparent": trace.traceparent])
            #expect(answer.status == 200)
            let chat = try answer.object()
            #expect(chat["model"] as? String == model)
            #expect(chat["traceId"] as? String == trace.traceID)
            let calls = try #require(chat["toolCalls"] as? [[String: Any]])
            #expect(calls.compactMap { $0["name"] as? String } == ["add_task"])
            #expect(calls.first?["status"] as? String == "done", "\(chat)")
            let list = try await user.call("GET", "/api/v1/tasks").object()
            let task = try #require((list["items"] as? [[String: Any]])?.first)
            #expect(task["title"] as? String == "buy milk" && task["priority"] as? String == "high")
            #expect(task["tags"] as? [String] == ["home"])
            #expect((task["due"] as? [String: Any])?["local"] as? String != nil)
            let reminders = task["reminders"] as? [[String: Any]] ?? []
            #expect(reminders.compactMap { $0["before"] as? String } == ["PT1H"])
            let audit = try await user.audit(subject: try #require(task["id"] as? String), atLeast: 1)
            #expect(audit.first?["actor"] as? String == "agent")
            return try await tree(trace, on: platform, model: model)
        }

        private func tree(_ trace: ForeignTrace, on platform: RunningPlatform, model: String) async throws
            -> SpanTree
        {
            let tree = try await platform.tree(trace.traceID) { tree in
                tree.spans.filter { $0.name == "INSERT entry" && $0.service == "audit" }.count >= 2
            }
            #expect(tree.roots.map(\.name) == ["POST /api/v1/chat"])
            // Each below the one before it.
            var place = try #require(tree.roots.first)
            for (name, service) in [
                ("POST /api/v1/chat", "gateway"), ("POST /api/v1/chat", "assistant"),
                ("invoke_agent todo-assistant", "assistant"), ("execute_tool add_task", "assistant"),
                ("POST /api/v1/tasks", "tasks"), ("create todo.events", "tasks"),
                ("process todo.events", "audit"),
            ] {
                place = try #require(
                    place.all.first { $0.name == name && $0.service == service },
                    "\(name) of \(service) is missing")
            }
            for (name, service) in [
                ("chat \(model)", "assistant"), ("send ai.events", "assistant"),
                ("process ai.events", "audit"),
                ("send todo.events", "tasks"),
            ] {
                #expect(tree.first(name, service: service) != nil, "\(name) of \(service) is missing")
            }
            let declared = try await DeclaredSpans(platform)
            for span in tree.spans where !declared.contains(span) {
                Issue.record("\(span.service): \(span.name) is not declared as it is")
            }
            return tree
        }

        @Test func `a message is one tree from the gateway over planner and tool to the audit log`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let tree = try await say(Self.milk, on: platform, model: "planner")
            #expect(tree.spans.allSatisfy { $0.attributes["gen_ai.input.messages"] == nil })
        }

        @Test func `with a model in between it is one tree as well, with tokens and what they cost`()
            async throws
        {
            let arguments = #"""
                {"title":"buy milk","due":"2030-01-05T09:00","priority":"high","tags":["home"],"reminders":[{"before":"PT1H"}]}
                """#
            let server = try TinyHTTPServer { request in
                request.bodyText.contains(#""role":"tool""#)
                    ? CompletionWire.text("It is on your list.")
                    : CompletionWire.calls([.init("call_a", "add_task", arguments)])
            }
            defer { server.stop() }
            let platform = try await RunningPlatform(environment: [
                "OPENAI_BASE_URL": server.address + "/v1/", "OPENAI_API_KEY": "sk-never-to-be-seen",
                "OPENAI_MODEL": "scripted", "TODO_CHAT_PRICE_INPUT": "25", "TODO_CHAT_PRICE_OUTPUT": "200",
            ])
            let tree = try await say(Self.milk, on: platform, model: "scripted")
            let calls = tree.spans.filter { $0.name == "chat scripted" }
            #expect(calls.count == 2)
            #expect(calls.allSatisfy { $0.all.contains { $0.name == "POST /chat/completions" } })
            let agent = try #require(tree.first("invoke_agent todo-assistant", service: "assistant"))
            #expect(agent.attributes["gen_ai.usage.input_tokens"] as? Int == 31)
            #expect(agent.attributes["gen_ai.usage.output_tokens"] as? Int == 12)
            // 31 tokens of 25 cents and 12 of 200 cents a million.
            let cost = try #require(agent.attributes["todo.ai.cost.usd"] as? Double)
            #expect(abs(cost - 0.000_031_75) < 1e-9)
            let metrics = try await platform.http.send(
                .init("GET", "http://127.0.0.1:\(platform.portBase + 22)/metrics"))
            let text = String(decoding: metrics.body, as: UTF8.self)
            #expect(text.contains("todo_ai_cost_usd_total") && text.contains("gen_ai_client_token_usage"))
            #expect(
                server.requests.allSatisfy { $0.headers["authorization"] == "Bearer sk-never-to-be-seen" })
            try await platform.stop()
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
