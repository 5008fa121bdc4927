import CurlHTTP
import Foundation
import Glibc
import TestSupport
import Testing

extension WholePlatform {
    /// Starting, stopping, and what is said when it cannot be done.
    struct LifeCycleTests {
        /// Processes whose environment or arguments name a folder.
        private func processes(naming folder: URL) -> [String] {
            let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return all.filter { Int($0) != nil }.filter { pid in
                ["cmdline", "environ"].contains { part in
                    guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/\(part)") else {
                        return false
                    }
                    return String(decoding: data, as: UTF8.self).contains(folder.path)
                }
            }
        }

        @Test func `two platforms run side by side, and down leaves nothing behind`() async throws {
            let shared = try await RunningPlatform.shared.running()
            let second = try await RunningPlatform()
            let one = try await PlatformUser.signUp(on: shared)
            let other = try await PlatformUser.signUp(on: second, email: one.email)
            let id = try await other.createTask("only on the second")
            #expect(try await one.call("GET", "/api/v1/tasks/\(id)").status == 404)
            // Each platform signs with a key of its own.
            let foreign = try await second.call(
                "GET", "/api/v1/tasks/\(id)", headers: ["Authorization": "Bearer \(one.token)"])
            #expect(foreign.status == 401)
            #expect(try await other.audit(subject: id, atLeast: 1).count == 1)
            let ready = try await second.todo("status", "--json", "--data", second.data.path)
            #expect(ready.status == 0)
            let again = try await second.todo("up", "--detach", "--data", second.data.path)
            #expect(again.status == 1)
            #expect(again.errors.split(separator: "\n").count == 1, "\(again.errors)")
            let down = try await second.todo("down", "--data", second.data.path)
            #expect(down.status == 0, "\(down.errors)")
            #expect(processes(naming: second.data).isEmpty)
            #expect(
                !FileManager.default.fileExists(
                    atPath: second.data.appendingPathComponent("platform.json").path))
            let gone = try await second.todo("status", "--data", second.data.path)
            #expect(gone.status != 0)
            try await second.stop()
            #expect(try await shared.todo("status", "--data", shared.data.path).status == 0)
        }

        @Test func `a busy port is one line and exit status 1`() async throws {
            let base = try FreePorts.block(of: 100)
            let listener = try BusyPort(port: base + 1)
            defer { listener.close() }
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "todo-busy-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let result = try await runCommand(
                RunningPlatform.program,
                ["up", "--detach", "--data", folder.path, "--port-base", String(base)])
            #expect(result.status == 1)
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            #expect(result.errors.contains(String(base + 1)))
            #expect(processes(naming: folder).isEmpty)
        }

        @Test func `a missing database server is one line that names the package`() async throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "todo-none-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let result = try await runCommand(
                RunningPlatform.program,
                [
                    "up", "--detach", "--data", folder.path, "--port-base",
                    String(try FreePorts.block(of: 100)),
                ],
                environment: ["TODO_POSTGRES_BIN": "/nonexistent"])
            #expect(result.status == 1)
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            #expect(result.errors.contains("postgresql"))
            #expect(processes(naming: folder).isEmpty)
        }

        @Test func `every command explains itself`() async throws {
            for command in [
                [], ["up"], ["down"], ["status"], ["migrate"], ["config"], ["trace"], ["keys", "rotate"],
                ["tasks"],
            ] {
                let result = try await runCommand(RunningPlatform.program, command + ["--help"])
                #expect(result.status == 0)
                #expect(result.output.count > 100, "\(command)")
            }
            let config = try await runCommand(
                RunningPlatform.program, ["config", "tasks"],
                environment: ["DATABASE_URL": "postgres://u:hidden@h/d"])
            #expect(config.output.contains("DATABASE_URL") && config.output.contains("TODO_PORT"))
            #expect(!config.output.contains("hidden"))
        }
    }
}
