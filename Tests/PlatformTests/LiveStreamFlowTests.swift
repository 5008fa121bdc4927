import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// Open pages, through the whole platform.
    struct LiveStreamFlowTests {
        /// Reads events until there are so many of a name, or the stream ends.
        private func events(
            _ user: PlatformUser, after last: String? = nil, until isEnough: @escaping ([String]) -> Bool
        ) async throws -> [String] {
            var headers = HTTPHeaderList()
            headers.add("Authorization", "Bearer \(user.token)")
            if let last { headers.add("Last-Event-ID", last) }
            var request = HTTPClientRequest(
                "GET", "http://127.0.0.1:\(user.platform.portBase)/api/v1/stream", headers: headers,
                timeout: .seconds(30))
            request.idleTimeout = .seconds(30)
            let answer = try await user.platform.http.stream(request)
            try #require(answer.status == 200)
            var text = ""
            for try await piece in answer.body {
                text += String(decoding: piece, as: UTF8.self)
                let whole = text.components(separatedBy: "\n\n").dropLast().filter { $0.contains("event: ") }
                if isEnough(whole) { return whole }
            }
            return []
        }

        private func count(_ name: String, in events: [String]) -> Int {
            events.count { $0.contains("event: \(name)\n") }
        }

        @Test
        func `a write reaches an open page in its own trace, and a page that comes back gets what it missed`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let trace = ForeignTrace()
            async let seen = events(user) { count("change", in: $0) >= 2 }
            // From the moment that its gauge shows, the page is told.
            for _ in 0..<600 {
                let page = try await platform.scrape(
                    "http://127.0.0.1:\(platform.portBase + 20)", accept: "text/plain")
                if page.text.contains(/todo_stream_open [1-9]/) { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            let id = try await user.createTask("told", headers: ["traceparent": trace.traceparent])
            _ = try await user.call("POST", "/api/v1/tasks/\(id)/complete")
            let told = try await seen
            let changes = told.filter { $0.contains("event: change\n") }
            #expect(changes.count == 2 && changes.allSatisfy { $0.contains(id) })
            #expect(changes.first?.hasPrefix("id: 1\n") == true && changes.last?.hasPrefix("id: 2\n") == true)
            let missed = try await events(user, after: "1") { count("ready", in: $0) == 1 }
            #expect(missed.map { $0.prefix { $0 != "\n" } } == ["id: 2", "id: 2"])
            let reset = try await events(user, after: "77") { count("ready", in: $0) == 1 }
            #expect(count("reset", in: reset) == 1 && count("change", in: reset) == 0)
            let tree = try await platform.tree(trace.traceID) {
                $0.first("process task.updates", service: "gateway") != nil && $0.roots.count == 1
            }
            let consumed = try #require(tree.first("process task.updates", service: "gateway"))
            let created = try #require(tree.first("create task.updates", service: "tasks"))
            #expect(consumed.kind == "consumer" && consumed.links.contains { $0.spanID == created.spanID })
        }

        @Test func `a trace begun in the browser has the browser's span as its root`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let trace = ForeignTrace()
            _ = try await user.createTask("from the page", headers: ["traceparent": trace.traceparent])
            let now = Date().timeIntervalSince1970 * 1000
            let answer = try await user.call(
                "POST", "/api/v1/telemetry",
                json: [
                    "spans": [
                        [
                            "traceId": trace.traceID, "spanId": trace.spanID, "name": "task.create",
                            "start": now - 500, "duration": 480.25, "status": "ok",
                            "attributes": ["todo.page.queued": true, "title": "never kept"],
                        ]
                    ], "vitals": [["name": "LCP", "value": 812.5], ["name": "CLS", "value": 0.02]],
                    "errors": [["type": "TypeError", "asset": "js/main.js", "line": 7]],
                ])
            #expect(answer.status == 204)
            let tree = try await platform.tree(trace.traceID) {
                $0.first("process todo.events", service: "audit") != nil && $0.roots.count == 1
                    && $0.roots.first?.service == "page"
            }
            let root = try #require(tree.roots.first)
            #expect(root.name == "task.create" && root.service == "page" && root.kind == "client")
            #expect(root.parentID == nil && root.attributes["title"] == nil)
            #expect(root.children.contains { $0.name == "POST /api/v1/tasks" && $0.service == "gateway" })
            #expect(tree.first("INSERT task", service: "tasks") != nil)
        }

        @Test func `the page is served with its policy, and reports are open but bounded`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let page = try await platform.call("GET", "/")
            #expect(page.status == 200)
            let policy = page.headers["Content-Security-Policy"] ?? ""
            #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
            #expect(page.headers["X-Content-Type-Options"] == "nosniff")
            #expect(try await platform.call("GET", "/app/today").body == page.body)
            #expect(try await platform.call("GET", "/assets/x/%2e%2e/%2e%2e/etc/passwd").status == 404)
            let report = Array(#"{"csp-report":{"violated-directive":"script-src 'self'"}}"#.utf8)
            let told = try await platform.call(
                "POST", "/api/v1/csp-report", body: report,
                headers: ["Content-Type": "application/csp-report"])
            #expect(told.status == 204)
            let long = [UInt8](repeating: 0x20, count: 70_000)
            #expect(try await platform.call("POST", "/api/v1/telemetry", body: long).status == 413)
            #expect(
                try await platform.call("POST", "/api/v1/telemetry", body: Array("[]".utf8)).status == 422)
            #expect(try await platform.call("GET", "/api/v1/stream").status == 401)
        }
    }
}
