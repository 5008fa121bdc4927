import CurlHTTP
import Foundation
import TestSupport
import Testing

extension WholePlatform {
    /// What every process measures, and every span it makes, held against what `todo telemetry catalogue` declares.
    struct CatalogueTests {
        /// Every kind of request there is, good and bad, so that there is something to scrape.
        private func disturb(_ platform: RunningPlatform) async throws -> (user: PlatformUser, task: String) {
            let user = try await PlatformUser.signUp(on: platform)
            let id = try await user.createTask("measured")
            _ = try await user.call("PATCH", "/api/v1/tasks/\(id)", json: ["title": "measured twice"])
            _ = try await user.call("POST", "/api/v1/tasks/\(id)/complete")
            _ = try await user.call("GET", "/api/v1/tasks/\(UUID().uuidString)")
            _ = try await user.call("GET", "/no/such/route")
            _ = try await user.call("POST", "/api/v1/tasks", json: ["title": 7])
            _ = try await platform.call("GET", "/api/v1/tasks")
            _ = try await user.audit(subject: id, atLeast: 2)
            return (user, id)
        }

        @Test func `every process shows only metrics, labels and values that are declared`() async throws {
            let platform = try await RunningPlatform.shared.running()
            _ = try await disturb(platform)
            let declared = try await DeclaredMetrics(platform)
            var seen: Set<String> = []
            for process in try await platform.processes() {
                guard let admin = process.addresses["admin"] else { continue }
                let page = try await platform.scrape(admin, accept: "text/plain")
                #expect(page.type == "text/plain; version=0.0.4; charset=utf-8")
                let families = ScrapedFamily.all(in: page.text)
                #expect(families.count > 10, "\(process.role)")
                for complaint in declared.complaints(about: families) {
                    Issue.record("\(process.role): \(complaint)")
                }
                seen.formUnion(families.map(\.name))
            }
            for name in [
                "http_server_request_duration_seconds", "todo_event_end_to_end_duration_seconds",
                "process_resident_memory_bytes", "todo_runtime_heap_bytes", "todo_runtime_task_delay_seconds",
                "todo_runtime_event_loop_delay_seconds", "todo_consumer_dead_lettered_total", "target_info",
                "otel_sdk_span_started_total", "todo_tasks_created_total",
            ] { #expect(seen.contains(name), "no process shows \(name)") }
        }

        private static let promtool: String? = ["/usr/bin/promtool", "/usr/local/bin/promtool"]
            .first { FileManager.default.isExecutableFile(atPath: $0) }

        @Test(.enabled(if: promtool != nil, "promtool is not installed"))
        func `promtool has nothing to complain about in any process`() async throws {
            let promtool = try #require(Self.promtool)
            let platform = try await RunningPlatform.shared.running()
            for process in try await platform.processes() {
                guard let admin = process.addresses["admin"] else { continue }
                let page = try await platform.scrape(admin, accept: "text/plain")
                // Left out are OpenTelemetry's own name (promtool wants "_count" for histograms only) and Dapr's.
                let lines = page.text.split(separator: "\n").filter {
                    !$0.contains("dapr_") && !$0.contains("db_client_connection_count")
                }
                let file = FileManager.default.temporaryDirectory.appendingPathComponent(
                    "metrics-\(UUID().uuidString)")
                try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
                defer { try? FileManager.default.removeItem(at: file) }
                let result = try await runCommand(
                    "/bin/sh", ["-c", "\(promtool) check metrics < \(file.path)"], environment: [:])
                #expect(result.status == 0, "\(process.role): \(result.output)\(result.errors)")
            }
        }

        private static let python = SourceRoot.url.appendingPathComponent(".build/python/bin/python").path

        @Test(
            .enabled(
                if: FileManager.default.isExecutableFile(atPath: python),
                "scripts/install-python.sh was not run")
        )
        func `the reference parser of OpenMetrics reads every process`() async throws {
            let platform = try await RunningPlatform.shared.running()
            for process in try await platform.processes() {
                guard let admin = process.addresses["admin"] else { continue }
                let page = try await platform.scrape(admin, accept: Self.openMetrics)
                #expect(page.type == "application/openmetrics-text; version=1.0.0; charset=utf-8")
                let file = FileManager.default.temporaryDirectory.appendingPathComponent(
                    "metrics-\(UUID().uuidString)")
                try Data(page.text.utf8).write(to: file)
                defer { try? FileManager.default.removeItem(at: file) }
                let script = SourceRoot.url.appendingPathComponent("scripts/read-openmetrics.py").path
                let result = try await runCommand(Self.python, [script, file.path], environment: [:])
                #expect(result.status == 0, "\(process.role): \(result.output)\(result.errors)")
                #expect((Int(result.output.split(separator: " ").first ?? "") ?? 0) > 10)
            }
        }

        private static let openMetrics = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"

        @Test func `an exemplar of a slow bucket leads to a trace that can be printed`() async throws {
            let platform = try await RunningPlatform.shared.running()
            _ = try await disturb(platform)
            let tasks = try #require(
                try await platform.processes().first { $0.role == "tasks" }?.addresses["admin"])
            for metric in [
                "http_server_request_duration_seconds", "db_client_operation_duration_seconds",
            ] {
                let page = try await platform.scrape(tasks, accept: Self.openMetrics)
                let exemplar = try #require(
                    page.text.split(separator: "\n").last {
                        $0.hasPrefix(metric) && $0.contains(" # {trace_id=\"")
                    }, "\(metric) has no exemplar")
                let ids = exemplar.split(separator: "\"")
                let place = try #require(ids.lastIndex { $0.hasSuffix("trace_id=") })
                let tree = try await platform.tree(String(ids[place + 1]))
                #expect(tree.spans.contains { $0.spanID == ids[place + 3] && $0.service == "tasks" })
            }
        }

        @Test func `every span is of a kind that is declared`() async throws {
            let platform = try await RunningPlatform.shared.running()
            _ = try await disturb(platform)
            _ = try await platform.lastTree()
            let declared = try await DeclaredSpans(platform)
            let answer = try await platform.http.send(
                .init("GET", "http://127.0.0.1:\(platform.portBase + 61)/inspector/traces?limit=100"))
            let list = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
            var unknown: Set<String> = []
            var count = 0
            for item in list?["items"] as? [[String: Any]] ?? [] {
                let id = try #require(item["traceId"] as? String)
                let answer = try await platform.http.send(
                    .init("GET", "http://127.0.0.1:\(platform.portBase + 61)/inspector/traces/\(id)"))
                for span in try SpanTree(json: String(decoding: answer.body, as: UTF8.self)).spans {
                    // What a real sidecar writes is its own business.
                    guard span.scope.hasPrefix("todo") else { continue }
                    count += 1
                    guard !declared.contains(span) else { continue }
                    unknown.insert(
                        "\(span.scope) \(span.kind) \(span.name) \(span.attributes.keys.sorted())")
                }
            }
            #expect(count > 30)
            #expect(unknown.isEmpty)
        }
    }
}
