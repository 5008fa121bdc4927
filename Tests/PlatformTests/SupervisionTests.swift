import CurlHTTP
import Foundation
import Glibc
import TestSupport
import Testing

extension WholePlatform {
    /// What the supervisor says of processes that stand still, and what becomes of all when it is gone.
    struct SupervisionTests {
        private func pids(whose matches: (String) -> Bool) -> [Int32] {
            let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return all.compactMap { Int32($0) }.filter { pid in
                guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
                    return false
                }
                return matches(String(decoding: data, as: UTF8.self))
            }
        }

        /// The server and the processes it has started, which do not name the folder any more.
        private func serverProcesses(_ postmaster: Int32) -> [Int32] {
            [postmaster]
                + pids { !$0.isEmpty }.filter { pid in
                    let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
                    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
                    return fields.count > 1 && Int32(fields[1]) == postmaster
                }
        }

        @Test func `a database that stands still is not called ready; killed, the supervisor leaves nobody`()
            async throws
        {
            let platform = try await RunningPlatform()
            let processes = try await platform.processes()
            #expect(processes.allSatisfy { $0.state == "ready" }, "\(processes)")
            let log = try String(
                contentsOf: platform.data.appendingPathComponent("logs/migrations.jsonl"), encoding: .utf8)
            #expect(log.contains("INFO") && !log.contains("ERROR"), "\(log)")

            let postmaster = try #require(processes.first { $0.role == "postgres" }?.pid)
            let server = serverProcesses(postmaster)
            #expect(server.count > 5)
            for pid in server { kill(pid, SIGSTOP) }
            let still = try await platform.processes().filter { $0.state == "ready" }.map(\.role)
            let ready = try await platform.http.send(
                .init("GET", "http://127.0.0.1:\(platform.portBase + 21)/readyz", timeout: .seconds(8)))
            for pid in server { kill(pid, SIGCONT) }
            #expect(ready.status == 503)
            #expect(String(decoding: ready.body, as: UTF8.self).contains(#""postgresql":"down""#))
            #expect(!still.contains("postgres") && !still.contains("tasks") && still.contains("traces"))
            #expect(try await platform.isReady(within: 60))

            let descriptor = try Data(contentsOf: platform.data.appendingPathComponent("platform.json"))
            let object = try JSONSerialization.jsonObject(with: descriptor) as? [String: Any]
            kill(Int32(try #require((object?["supervisor"] as? [String: Any])?["pid"] as? Int)), SIGKILL)
            // No command after this: each process finds out by itself.
            let known = Set(processes.compactMap(\.pid))
            let isEmpty = try await holds(within: .seconds(40)) {
                pids { $0.contains(platform.data.path) }.isEmpty
                    && pids { !$0.isEmpty }.allSatisfy { !known.contains($0) }
            }
            #expect(isEmpty)
            try await platform.stop()
        }

        @Test func `a start that is stopped says so`() async throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "todo-stopped-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let base = try FreePorts.block(of: 100)
            async let starting = runCommand(
                RunningPlatform.program,
                ["up", "--detach", "--data", folder.path, "--port-base", String(base)],
                environment: RunningPlatform.environment)
            let descriptor = folder.appendingPathComponent("platform.json").path
            #expect(
                try await holds(within: .seconds(30)) { FileManager.default.fileExists(atPath: descriptor) })
            let down = try await runCommand(RunningPlatform.program, ["down", "--data", folder.path])
            #expect(down.status == 0, "\(down.errors)")
            let up = try await starting
            #expect(up.status == 1)
            #expect(up.errors == "todo: stopped before everything was ready\n")
        }

        @Test func `a role whose port is taken says by whom`() async throws {
            let port = try FreePorts.one()
            let busy = try BusyPort(port: port)
            defer { busy.close() }
            let result = try await runCommand(
                RunningPlatform.program, ["tasks"],
                environment: [
                    "TODO_PORT": String(port), "TODO_ADMIN_PORT": String(try FreePorts.one()),
                    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "OTEL_TRACES_EXPORTER": "none",
                    "TODO_WORKER_DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
                ])
            #expect(result.status == 1)
            let words = "todo: tasks: port \(port) is in use (process \(getpid()),"
            #expect(result.errors.split(separator: "\n").last?.hasPrefix(words) == true, "\(result.errors)")
            #expect(result.errors.contains("set another TODO_PORT"))
        }

        @Test func `a role with a wrong setting ends with the status for it`() async throws {
            for (key, value) in [("TODO_REQUEST_LIMIT", "many"), ("DATABASE_URL", "nonsense")] {
                let result = try await runCommand(
                    RunningPlatform.program, ["audit"],
                    environment: [key: value, "OTEL_TRACES_EXPORTER": "none"])
                #expect(result.status == 78, "\(result.errors)")
                #expect(result.errors.hasPrefix("todo: audit: "), "\(result.errors)")
            }
        }
    }
}
