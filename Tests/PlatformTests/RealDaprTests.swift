import CurlHTTP
import Foundation
import Glibc
import TestSupport
import Testing

extension WholePlatform {
    /// `todo up --dapr daprd`, with real programs where there are some and with fakes everywhere.
    struct RealDaprTests {
        @Test(.onRealDapr) func `the platform tests run on real Dapr`() async throws {
            let platform = try await RunningPlatform.shared.running()
            let roles = try await platform.processes().map(\.role)
            #expect(
                Set(roles).isSuperset(of: [
                    "scheduler", "daprd-tasks", "daprd-reminders", "daprd-audit", "daprd-gateway",
                ]))
            #expect(!roles.contains("sidecar"))
            let user = try await PlatformUser.signUp(on: platform)
            let id = try await user.createTask("through real sidecars")
            #expect(try await user.audit(subject: id, atLeast: 1).count == 1)
        }

        private func up(_ arguments: [String], _ environment: [String: String] = [:]) async throws
            -> CommandResult
        {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "todo-dapr-\(UUID().uuidString)")
            let base = String(try FreePorts.block(of: 100))
            let result = try await runCommand(
                RunningPlatform.program,
                ["up", "--detach", "--data", folder.path, "--port-base", base] + arguments,
                environment: environment)
            #expect(!FileManager.default.fileExists(atPath: folder.path), "something was made")
            return result
        }

        @Test func `without the programs one line says what is missing, and nothing is made`() async throws {
            let result = try await up(
                ["--dapr", "daprd", "--broker", "redis://127.0.0.1:6379"],
                ["TODO_DAPRD": "/nowhere/daprd", "TODO_DAPR_SCHEDULER": "/nowhere/scheduler"])
            #expect(result.status == 1)
            #expect(result.errors.hasPrefix("todo: daprd and scheduler are missing: install Dapr 1.18"))
            #expect(result.errors.split(separator: "\n").count == 1)
        }

        @Test(arguments: [
            (["--dapr", "daprd"], "needs --broker"), (["--broker", "in-memory"], "is for --dapr daprd"),
            (["--dapr", "daprd", "--broker", "redis://me:hush@a:1"], "without user or password"),
            (["--dapr", "compose"], "daprd"),
        ]) func `flags that do not go together are refused`(arguments: [String], words: String) async throws {
            let result = try await up(arguments)
            #expect(result.status == 64)
            #expect(result.errors.contains(words), "\(result.errors)")
            #expect(!result.errors.contains("hush"))
        }

        @Test func `programs of other makers are started, watched, started again and ended like ours`()
            async throws
        {
            let fake = try FakeDapr(standIn: try RunningPlatform.program)
            defer { fake.remove() }
            let platform = try await RunningPlatform(
                environment: fake.environment,
                arguments: ["--dapr", "daprd", "--broker", "kafka://127.0.0.1:9092"])
            let processes = try await platform.processes()
            #expect(
                processes.map(\.role) == [
                    "postgres", "traces", "scheduler", "daprd-tasks", "daprd-assistant", "daprd-reminders",
                    "daprd-recurring", "daprd-audit", "daprd-notifications", "daprd-gateway", "tasks",
                    "assistant", "reminders", "recurring", "audit", "notifications", "gateway",
                ])
            #expect(processes.allSatisfy { $0.state == "ready" }, "\(processes)")
            // Neither tokens nor passwords are in what everybody may read.
            let sidecar = try #require(processes.first { $0.role == "daprd-tasks" })
            let pid = try #require(sidecar.pid)
            let secrets = try JSONDecoder().decode(
                [String: String].self,
                from: Data(contentsOf: platform.data.appendingPathComponent("secrets.json")))
            let arguments = try String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)
            #expect(!secrets.values.contains { arguments.contains($0) })
            let log = try String(
                contentsOf: platform.data.appendingPathComponent("logs/daprd-tasks.jsonl"), encoding: .utf8)
            #expect(log.contains("starting as tasks"))

            for role in ["daprd-tasks", "scheduler"] {
                let before = try #require(try await platform.processes().first { $0.role == role }?.pid)
                kill(before, SIGKILL)
                let isBack = try await holds(within: .seconds(60)) {
                    let now = try await platform.processes().first { $0.role == role }
                    return now?.state == "ready" && now?.pid != before
                }
                #expect(isBack, "\(role) did not come back")
            }
            let last = try await platform.processes().compactMap(\.pid)
            let down = try await platform.todo("down", "--data", platform.data.path)
            #expect(down.status == 0, "\(down.errors)")
            #expect(last.allSatisfy { kill($0, 0) != 0 })
            let run = platform.data.appendingPathComponent("run").path
            #expect(!FileManager.default.fileExists(atPath: run))
            try await platform.stop()
        }
    }
}
