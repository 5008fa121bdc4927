import CurlHTTP
import Foundation
import TestSupport
import Testing

extension WholePlatform {
    /// Every query of every dashboard, asked of a real Prometheus that scrapes a platform in use.
    @Suite(.enabled(if: ObservedPlatform.isPossible, "needs Prometheus, Python's packages and the stand-in"))
    struct DashboardQueriesTests {
        private static let folder = "grafana/dashboards"

        /// A second of a user's life that touches what panels are about.
        private func use(_ user: PlatformUser) async throws {
            let at = Date(timeIntervalSinceNow: 1)
                .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: false))
            _ = try await user.call(
                "POST", "/api/v1/tasks", json: ["title": "seen in time", "reminders": [["at": at]]])
            let again = try await user.call(
                "POST", "/api/v1/tasks",
                json: [
                    "title": "seen daily", "recurrence": ["rrule": "FREQ=DAILY"],
                    "due": ["kind": "zoned", "local": "2030-10-26T09:00", "tz": "Europe/Berlin"],
                ])
            let id = try #require(try again.object()["id"] as? String)
            _ = try await user.call("POST", "/api/v1/tasks/\(id)/complete")
            // What destroys waits for the user's word.
            let title = "paint \(UUID().uuidString.prefix(8).lowercased())"
            _ = try await user.createTask(title)
            _ = try await user.call("POST", "/api/v1/chat", json: ["message": "delete \(title)"])
            _ = try await user.call("POST", "/api/v1/chat", json: ["message": "what is due today?"])
            let vitals = ["TTFB", "FCP", "LCP", "INP"].map { ["name": $0, "value": 80.5] as [String: Any] }
            _ = try await user.call("POST", "/api/v1/telemetry", json: ["vitals": vitals])
            for _ in 0..<10 {
                let task = try await user.createTask("seen on a dashboard")
                _ = try await user.call("GET", "/api/v1/tasks")
                _ = try await user.call("GET", "/api/v1/tasks/search?q=seen")
                _ = try await user.call("POST", "/api/v1/tasks/\(task)/complete")
            }
        }

        private func check(_ observed: ObservedPlatform, _ files: [String]) async throws -> ProgramRun {
            try await ProgramRun.of(
                [
                    ObservedPlatform.python, "scripts/check-dashboards.py", "--prometheus",
                    observed.prometheus,
                    "--exemplars",
                ] + files, in: SourceRoot.url.path)
        }

        /// Whether the trace store has a trace, and lines of logs that name it.
        private func isWhole(_ trace: String, on platform: RunningPlatform) async throws -> Bool {
            let path = "http://127.0.0.1:\(platform.portBase + 61)/inspector/traces/\(trace)"
            guard try await platform.http.send(.init("GET", path)).status == 200 else { return false }
            let logs = try await platform.http.send(.init("GET", "\(path)/logs"))
            let answer = try JSONSerialization.jsonObject(with: Data(logs.body)) as? [String: Any]
            let lines = answer?["items"] as? [[String: Any]] ?? []
            return !lines.isEmpty && lines.allSatisfy { $0["traceId"] as? String == trace }
        }

        @Test(.timeLimit(.minutes(5)))
        func `every panel has something to show, and exemplars lead to traces and their logs`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let user = try await PlatformUser.signUp(on: platform)
            let hook = try TinyHTTPServer { _ in .text(200, "") }
            defer { hook.stop() }
            let subscribed = try await user.call(
                "POST", "/api/v1/notifications/subscriptions",
                json: ["channel": "webhook", "url": hook.address])
            #expect(subscribed.status == 201)
            let files = try FileManager.default.contentsOfDirectory(
                atPath: SourceRoot.url.appending(path: Self.folder).path
            ).map { "\(Self.folder)/\($0)" }
            #expect(files.count == 10)
            try await ObservedPlatform.with(platform) { observed in
                // Rates need some scrapes: the platform is used until every query has an answer.
                let deadline = ContinuousClock.now + .seconds(150)
                var run: ProgramRun
                repeat {
                    try await use(user)
                    run = try await check(observed, files)
                } while run.status != 0 && ContinuousClock.now < deadline
                #expect(run.status == 0, "\(run.output)")

                let traces = run.output.split(separator: "\n").last { $0.hasPrefix("exemplars: ") }?
                    .split(separator: " ").dropFirst().map(String.init)
                let found = try #require(traces)
                #expect(
                    try await holds(within: .seconds(60)) {
                        for trace in found where try await isWhole(trace, on: platform) { return true }
                        return false
                    }, "no trace with logs among \(found)")
                try await expectRefused(observed)
            }
        }

        /// What only a running platform can refute.
        private func expectRefused(_ observed: ObservedPlatform) async throws {
            let file = FileManager.default.temporaryDirectory.appending(
                path: "todo-red-\(UUID().uuidString).json")
            defer { try? FileManager.default.removeItem(at: file) }
            let text = String(
                decoding: try Data(
                    contentsOf: SourceRoot.url.appending(path: "\(Self.folder)/todo-red.json")),
                as: UTF8.self)
            let mistaken = text.replacing("/api/v1/tasks/search\\\"", with: "/api/v1/tasks/serch\\\"")
            #expect(mistaken != text)
            try Data(mistaken.utf8).write(to: file)
            let run = try await check(observed, [file.path])
            #expect(run.status != 0)
            #expect(run.output.contains("panel 'Within the promise', query B: "), "\(run.output)")
        }
    }
}
