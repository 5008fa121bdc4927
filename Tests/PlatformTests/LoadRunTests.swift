import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

extension WholePlatform {
    /// The load generator on a whole platform, as a person starts it.
    struct LoadRunTests {
        private static var program: String {
            get throws {
                let beside = URL(fileURLWithPath: try RunningPlatform.program).deletingLastPathComponent()
                return beside.appendingPathComponent("todo-load").path
            }
        }

        private func load(_ arguments: String...) async throws -> CommandResult {
            try await runCommand(
                try Self.program, arguments, environment: ["TODO": try RunningPlatform.program],
                in: SourceRoot.url)
        }

        private static func folder() -> URL {
            FileManager.default.temporaryDirectory.appendingPathComponent("load-\(UUID().uuidString)")
        }

        @Test func `a short run finds every effect, and its reports can be read`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let folder = Self.folder()
            defer { try? FileManager.default.removeItem(at: folder) }
            // Debug builds on a busy machine keep no promise of time: those are not what is tested here.
            let objectives = folder.appendingPathComponent("slo.json")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Self.patientObjectives().write(to: objectives, atomically: true, encoding: .utf8)
            let result = try await load(
                "run", "--data", platform.data.path, "--users", "3", "--think", "200ms", "--rate",
                "poisson:5",
                "--warm-up", "1s", "--duration", "5s", "--report", folder.path, "--objectives",
                objectives.path, "--no-checks", "--ignore-bottleneck")
            #expect(result.status == 0, "\(result.output)\n\(result.errors)")
            #expect(result.output.contains("PASSED"))

            let json = try Data(contentsOf: folder.appendingPathComponent("report.json"))
            let report = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
            #expect(report["schema"] as? String == "todo.load.report" && report["version"] as? Int == 1)
            let requests = try #require(report["requests"] as? [String: Any])
            #expect((requests["measured"] as? Int ?? 0) > 20 && requests["failed"] as? Int == 0)
            let events = try #require(report["events"] as? [String: Any])
            #expect((events["expected"] as? Int ?? 0) > 5 && events["missing"] as? Int == 0)
            #expect(events["double"] as? Int == 0 && events["gaps"] as? Int == 0)
            for name in ["junit.xml", "report.html"] {
                let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
                let xml = text.replacingOccurrences(of: "<!DOCTYPE html>", with: "")
                #expect(XMLParser(data: Data(xml.utf8)).parse(), "\(name)")
            }
            try await expectWholeTrace(of: report, on: platform)
            try expectPrivate(platform.data.appendingPathComponent("load-accounts.json"))
        }

        /// The generator's own span is the root of what the platform did.
        private func expectWholeTrace(of report: [String: Any], on platform: RunningPlatform) async throws {
            let slowest = try #require((report["slowest"] as? [[String: Any]])?.first?["traceID"] as? String)
            let tree = try await platform.tree(slowest) {
                $0.roots.count == 1 && $0.roots[0].service == "load"
            }
            let root = try #require(tree.roots.first)
            #expect(root.kind == "client" && root.parentID == nil)
            #expect(root.attributes["user_agent.synthetic.type"] as? String == "test")
            #expect(root.children.contains { $0.service == "gateway" && $0.kind == "server" })
        }

        /// Passwords and refresh tokens are nobody else's.
        private func expectPrivate(_ file: URL) throws {
            let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }

        private static func patientObjectives() throws -> String {
            try String(
                contentsOf: SourceRoot.url.appendingPathComponent("loadtest/slo.json"), encoding: .utf8
            )
            .replacing(/"goodWithinSeconds": [0-9.]+/, with: #""goodWithinSeconds": 60"#)
        }

        @Test(arguments: [
            ["--users", "9999"], ["--rate", "fast"], ["--rate", "1e21"], ["--think", "999999h"],
            ["--mix", "sleep=1"], ["--duration", "soon"],
            ["--nonsense"],
            ["--gateway", "http://192.0.2.1:80"], ["--objectives", "/nowhere/slo.json"],
        ])
        func `what cannot be is said in a line, with the status of an invalid run`(
            arguments: [String]
        ) async throws {
            let result = try await runCommand(try Self.program, ["run"] + arguments, in: SourceRoot.url)
            #expect(result.status == 2 && result.output.isEmpty)
            #expect(!result.errors.isEmpty && !result.errors.contains("Fatal"))
        }

        @Test func `a limit of open files that a run would reach is an invalid run, not a bad platform`()
            async throws
        {
            let result = try await runCommand(
                "/bin/bash",
                ["-c", "ulimit -n 300; exec \"$0\" run --users 500 --dry-run", try Self.program],
                in: SourceRoot.url)
            #expect(result.status == 2 && result.errors.contains("open files, and the limit is 300"))
        }

        @Test func `a reader who leaves does not end a run`() async throws {
            // The address answers nobody, which is status 1; 141 would be the end by SIGPIPE.
            let result = try await runCommand(
                "/usr/bin/env",
                [
                    "--default-signal=PIPE", "/bin/bash", "-c",
                    "set -o pipefail; \"$0\" address http://127.0.0.1:9/ --duration 1s --connections 1 2>&1 | true",
                    try Self.program,
                ], in: SourceRoot.url)
            #expect(result.status == 1, "\(result.errors)")
        }

        @Test func `without a platform the run is invalid, and says how to start one`() async throws {
            let result = try await load("run", "--data", Self.folder().path)
            #expect(result.status == 2 && result.errors.contains("todo up"))
            let silent = try await load("run", "--gateway", "http://127.0.0.1:9")
            #expect(silent.status == 2 && silent.errors.contains("does not answer"))
        }
    }
}
