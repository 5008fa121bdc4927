import Foundation
import Testing

extension WholePlatform {
    /// The public API against its own description, by a program that others wrote: thousands of requests made from the
    /// document, each answer held against it.
    struct APIConformanceTests {
        private static let tool = SourceRoot.url.appendingPathComponent(".build/python/bin/schemathesis").path
        /// Seconds; longer by hand.
        private static let budget = ProcessInfo.processInfo.environment["TODO_API_TEST_SECONDS"] ?? "20"

        private static let python = SourceRoot.url.appendingPathComponent(".build/python/bin/python").path

        @Test(
            .enabled(
                if: FileManager.default.isExecutableFile(atPath: tool),
                "scripts/install-python.sh was not run"))
        func `every operation, called as it is meant, answers as its description says`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let script = SourceRoot.url.appendingPathComponent("Tests/PlatformTests/api_walk.py").path
            let result = try await runCommand(
                Self.python, [script, "http://127.0.0.1:\(platform.portBase)"],
                environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
            #expect(result.status == 0, "\(result.output.suffix(6000))\(result.errors.suffix(1000))")
        }

        @Test(
            .enabled(
                if: FileManager.default.isExecutableFile(atPath: tool),
                "scripts/install-python.sh was not run"))
        func `every answer of the live API is one that its description has`() async throws {
            let platform = try await RunningPlatform()
            let user = try await PlatformUser.signUp(on: platform)
            _ = try await user.createTask("something to find")
            let result = try await runCommand(
                Self.tool,
                [
                    "run", "http://127.0.0.1:\(platform.portBase)/openapi.json", "--max-time", Self.budget,
                    // One worker: two threads that read lambdas' sources at once break Python 3.11 (gh-106905).
                    "--header", "Authorization: Bearer \(user.token)", "--workers", "1", "--no-color",
                    "--checks",
                    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
                    // Those would end the session that all of this is done in, or wait for scrypt.
                    "--exclude-path-regex", "/api/v1/(auth/|stream)", "--continue-on-failure",
                    "--max-failures", "20",
                ], environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
            #expect(result.status == 0, "\(result.output.suffix(6000))\(result.errors.suffix(1000))")
            try await platform.stop()
        }
    }
}
