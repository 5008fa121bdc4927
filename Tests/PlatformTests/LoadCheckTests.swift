import CurlHTTP
import Foundation
import Testing

extension WholePlatform {
    /// A load run on a platform that loses effects and traces on purpose.
    @Suite(.enabled(if: !RealDapr.isThere, "faults are switched in the stand-in"))
    struct LoadCheckTests {
        /// As much of a run's report as is needed here.
        private struct Report: Decodable {
            struct Run: Decodable {
                let startedAt: Date
            }

            struct Check: Decodable {
                struct Finding: Decodable {
                    let text: String
                    let traceID: String?
                }

                let name: String
                let verdict: String
                let summary: String
                let findings: [Finding]
            }

            let run: Run
            let checks: [Check]
        }

        private struct Letters: Decodable {
            struct Letter: Decodable {
                let createdTraceparent: String
                let time: String

                var traceID: String { String(createdTraceparent.dropFirst(3).prefix(32)) }
            }

            let items: [Letter]
        }

        @Test
        func `effects that became dead letters are counted with their traces, a lost trace shows an orphan`()
            async throws
        {
            let platform = try await RunningPlatform.shared.running()
            let earlier = Set(try await letters(platform).map(\.traceID))
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "load-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            try await put(#"{"app":"audit","deadLetterShare":0.3}"#, on: platform)
            try await put(#"{"app":"reminders","trace":"lose"}"#, on: platform)
            let result = try await load(platform, into: folder)
            _ = try await platform.http.send(HTTPClientRequest("DELETE", Self.faults(platform)))
            #expect(result.status == 1, "\(result.output)\(result.errors)")

            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .iso8601
            let report = try decoder.decode(
                Report.self, from: Data(contentsOf: folder.appendingPathComponent("report.json")))
            let effects = try #require(report.checks.first { $0.name == "effects of writes" })
            #expect(effects.verdict == "failed")
            let letters = try await letters(platform).filter { !earlier.contains($0.traceID) }
            let missing = effects.findings.compactMap(\.traceID)
            #expect(effects.summary.contains("\(missing.count) missing, 0 too many"), "\(effects.summary)")
            #expect(!missing.isEmpty && Set(missing).isSubset(of: letters.map(\.traceID)))
            // Letters of before the first request are of tasks that the run was given to begin with.
            let begun = report.run.startedAt.addingTimeInterval(1)
            let others = letters.filter { !missing.contains($0.traceID) }
            #expect(others.allSatisfy { (Self.date($0.time) ?? .distantFuture) < begun })

            let trees = try #require(report.checks.first { $0.name == "span trees" })
            #expect(trees.verdict == "failed")
            #expect(trees.findings.contains { $0.text.contains("orphan: process todo.events of reminders") })
            _ = try await platform.todo(
                "events", "dlq", "replay", "--all", "--data", platform.data.path)
        }

        private static func faults(_ platform: RunningPlatform) -> String {
            "http://127.0.0.1:\(platform.portBase + 27)/faults"
        }

        private static func date(_ text: String) -> Date? {
            try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        }

        private func put(_ fault: String, on platform: RunningPlatform) async throws {
            let answer = try await platform.http.send(
                HTTPClientRequest("PUT", Self.faults(platform), body: Array(fault.utf8)))
            #expect(answer.status == 200)
        }

        private func letters(_ platform: RunningPlatform) async throws -> [Letters.Letter] {
            let result = try await platform.todo(
                "events", "dlq", "list", "--all", "--json", "--data", platform.data.path)
            return try JSONDecoder().decode(Letters.self, from: Data(result.output.utf8)).items
        }

        private func load(_ platform: RunningPlatform, into folder: URL) async throws -> CommandResult {
            let program = try RunningPlatform.program
            return try await runCommand(
                "\(program)-load",
                [
                    "run", "--data", platform.data.path, "--users", "2", "--think", "200ms", "--rate", "0",
                    "--duration", "4s", "--warm-up", "1s", "--drain", "2s", "--mix", "crud=1",
                    "--ignore-bottleneck", "--report", folder.path,
                ], environment: ["TODO": program])
        }
    }
}
