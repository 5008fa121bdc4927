import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// The headline of the product: one write, one tree.
    struct SpanTreeTests {
        @Test func `one create is one tree through gateway, tasks and audit`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let id = try await user.createTask("write the tree down")
            let tree = try await platform.lastTree { tree in
                tree.spans.contains { $0.attributes["todo.task.id"] as? String == id }
                    && tree.first("INSERT entry", service: "audit") != nil
                    && tree.roots.first?.name == "POST /api/v1/tasks" && tree.roots.count == 1
            }

            #expect(tree.roots.count == 1)
            let root = try #require(tree.roots.first)
            #expect(root.name == "POST /api/v1/tasks")
            #expect(root.service == "gateway")
            #expect(root.kind == "server")
            #expect(root.parentID == nil)
            #expect(Set(tree.spans.map(\.service)).isSuperset(of: ["gateway", "tasks", "audit"]))
            expectParents(in: tree)
            try expectHops(in: tree, task: id)
        }

        /// Every span but the root has its parent in the same trace.
        private func expectParents(in tree: SpanTree) {
            let ids = Set(tree.spans.map(\.spanID))
            #expect(ids.count == tree.spans.count)
            for span in tree.spans where span.spanID != tree.roots.first?.spanID {
                #expect(
                    span.parentID.map(ids.contains) == true,
                    "\(span.name) of \(span.service) hangs in the air")
            }
        }

        /// The hops of a write, with the names and kinds that the conventions give them.
        private func expectHops(in tree: SpanTree, task: String) throws {
            let expected = [
                ("POST /api/v1/tasks", "tasks", "server"), ("INSERT task", "tasks", "client"),
                ("create todo.events", "tasks", "producer"), ("INSERT outbox", "tasks", "client"),
                ("COMMIT", "tasks", "client"), ("send todo.events", "tasks", "client"),
                ("pubsub/todo.events", "audit", "client"), ("POST /events/todo.events", "audit", "server"),
                ("process todo.events", "audit", "consumer"), ("INSERT inbox", "audit", "client"),
                ("INSERT entry", "audit", "client"),
            ]
            for (name, service, kind) in expected {
                let span = try #require(
                    tree.first(name, service: service), "\(name) of \(service) is missing")
                #expect(span.kind == kind, "\(name)")
            }
            let created = try #require(tree.first("create todo.events", service: "tasks"))
            let consumed = try #require(tree.first("process todo.events", service: "audit"))
            #expect(consumed.links.contains { $0.traceID == tree.traceID && $0.spanID == created.spanID })
            #expect(consumed.attributes["cloudevents.event_subject"] as? String == task)
            #expect(
                consumed.attributes["messaging.message.id"] as? String == created.attributes[
                    "messaging.message.id"] as? String)
            let sidecar = tree.spans.filter { RealDapr.isSidecar(scope: $0.scope) }
            #expect(sidecar.contains { $0.name == "pubsub/todo.events" && $0.service == "audit" })
            #expect(sidecar.contains { $0.name.hasPrefix("/v1.0/publish/") && $0.service == "tasks" })
            #expect(tree.spans.contains { $0.attributes["todo.task.id"] as? String == task })
        }

        @Test func `a traceparent from outside becomes the parent of the tree`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let trace = ForeignTrace()
            _ = try await user.createTask("under another tree", headers: ["traceparent": trace.traceparent])
            let tree = try await platform.tree(trace.traceID) {
                $0.first("process todo.events", service: "audit") != nil && $0.roots.count == 1
            }
            #expect(tree.traceID == trace.traceID)
            #expect(tree.roots.count == 1)
            #expect(tree.roots.first?.parentID == trace.spanID)
            #expect(tree.first("process todo.events", service: "audit") != nil)
        }

        @Test func `telemetry does not observe itself`() async throws {
            let platform = try await RunningPlatform.shared.running()
            _ = try await platform.http.send(
                .init("GET", "http://127.0.0.1:\(platform.portBase + 21)/metrics", timeout: .seconds(5)))
            let answer = try await platform.http.send(
                .init(
                    "GET", "http://127.0.0.1:\(platform.portBase + 61)/inspector/traces?limit=100",
                    timeout: .seconds(5)))
            let text = String(decoding: answer.body, as: UTF8.self)
            for path in ["/v1/traces", "/metrics", "/readyz", "/livez", "/inspector/traces", "/v1.0/healthz"]
            {
                #expect(
                    !text.contains("\"rootName\":\"GET \(path)")
                        && !text.contains("\"rootName\":\"POST \(path)"))
            }
        }

        @Test func `the tree on a terminal names every service and fits its width`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let id = try await user.createTask("print me")
            _ = try await user.audit(subject: id, atLeast: 1)
            _ = try await platform.lastTree { tree in
                tree.spans.contains { $0.attributes["todo.task.id"] as? String == id }
                    && tree.first("process todo.events", service: "audit") != nil
            }
            let result = try await runCommand(
                RunningPlatform.program, ["trace", "--task", id, "--data", platform.data.path],
                environment: ["COLUMNS": "100", "NO_COLOR": "1"])
            #expect(result.status == 0)
            for word in ["gateway", "tasks", "audit", "create todo.events", "process todo.events"] {
                #expect(result.output.contains(word))
            }
            #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
            #expect(!result.output.contains("\u{1B}["))
        }
    }
}
