import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// What a real page tells of itself, and where it arrives.
    struct PageTelemetryTests {
        @Test func `a task made on the page has a trace that begins in the browser, without its words`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let names = [
                "todo_page_errors_total", "todo_page_csp_violations_total", "todo_page_lcp_seconds_count",
            ]
            var before: [String: Double] = [:]
            for name in names { before[name] = await platform.metric(name, slot: 0) ?? 0 }
            let told = try await BrowserFlow.run("a_task_and_its_trace", of: "telling.py", on: platform)
            let id = try #require(told["trace"])
            #expect(told["inspector"] == "https://traces.example/trace/\(id)")
            let tree = try await platform.tree(id) {
                $0.roots.first?.service == "page" && $0.roots.count == 1
                    && $0.first("process todo.events", service: "audit") != nil
                    && $0.first("process task.updates", service: "gateway") != nil
            }
            let root = try #require(tree.roots.first)
            #expect(root.name == "task.create" && root.service == "page" && root.kind == "client")
            let request = try #require(root.children.first { $0.name == "POST /api/v1/tasks" })
            #expect(request.service == "gateway" && request.kind == "server")
            #expect(tree.first("process task.updates", service: "gateway") != nil)
            for name in names {
                let isTold = try await holds(within: .seconds(60)) {
                    await platform.metric(name, slot: 0) ?? 0 > before[name] ?? 0
                }
                #expect(isTold, "\(name)")
            }
            // Whatever was made of it: traces, logs and metrics.
            for path in [
                "/inspector/traces/\(id)", "/inspector/traces/\(id)/logs", "/inspector/logs?limit=100",
            ] {
                let answer = try await platform.http.send(
                    .init("GET", "http://127.0.0.1:\(platform.portBase + 61)\(path)"))
                #expect(answer.status == 200, "\(path)")
                #expect(!String(decoding: answer.body, as: UTF8.self).contains("marzipan"), "\(path)")
            }
            let page = try await platform.scrape(
                "http://127.0.0.1:\(platform.portBase + 20)", accept: "text/plain")
            #expect(!page.text.contains("marzipan"))
        }
    }
}
