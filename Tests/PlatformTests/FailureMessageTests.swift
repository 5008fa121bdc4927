import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

extension WholePlatform {
    /// What can keep a platform from starting: one line that says what and how to mend it, exit status 1, and nothing
    /// left running.
    struct FailureMessageTests {
        /// A folder of the test's own, and the command run on it.
        private struct Attempt {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "todo-failure-\(UUID().uuidString)")
            let portBase: Int

            init() throws { portBase = try FreePorts.block(of: 100) }

            func put(_ name: String, _ text: String) throws {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try Data(text.utf8).write(to: folder.appendingPathComponent(name))
            }

            func up(_ environment: [String: String] = [:], data: URL? = nil) async throws -> CommandResult {
                let arguments = [
                    "up", "--detach", "--data", (data ?? folder).path, "--port-base", String(portBase),
                ]
                return try await runCommand(
                    RunningPlatform.program, arguments,
                    environment: RunningPlatform.environment.merging(environment) { $1 })
            }

            /// Fails the test unless the command failed in one line that holds all the words.
            func expectFailure(
                _ result: CommandResult, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation
            ) {
                #expect(result.status == 1, sourceLocation: sourceLocation)
                let lines = result.errors.split(separator: "\n")
                #expect(lines.count == 1, "\(result.errors)", sourceLocation: sourceLocation)
                for word in words {
                    #expect(result.errors.contains(word), "\(result.errors)", sourceLocation: sourceLocation)
                }
                #expect(leftovers.isEmpty, sourceLocation: sourceLocation)
            }

            var leftovers: [String] {
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

            func clean() { try? FileManager.default.removeItem(at: folder) }
        }

        private static let isRoot = getuid() == 0

        @Test func `a busy port is told with the process that holds it`() async throws {
            let attempt = try Attempt()
            defer { attempt.clean() }
            let listener = try BusyPort(port: attempt.portBase + 1)
            defer { listener.close() }
            attempt.expectFailure(
                try await attempt.up(),
                ["port \(attempt.portBase + 1)", "process \(getpid())", "tasks", "--port-base"])
        }

        @Test func `a wrong setting is told once, in the words of the role that reads it`() async throws {
            let attempt = try Attempt()
            defer { attempt.clean() }
            attempt.expectFailure(
                try await attempt.up(["TODO_REQUEST_LIMIT": "many"]),
                ["TODO_REQUEST_LIMIT must be a whole number"])
        }

        @Test func `a folder that is somebody else's is left alone`() async throws {
            let attempt = try Attempt()
            defer { attempt.clean() }
            try attempt.put("thesis.tex", "x")
            attempt.expectFailure(
                try await attempt.up(), ["is no platform's data folder", "thesis.tex", "--data"])
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: attempt.folder.path) == ["thesis.tex"])
        }

        @Test func `newer and older layouts are told with their numbers`() async throws {
            let attempt = try Attempt()
            defer { attempt.clean() }
            try attempt.put("layout", "99\n")
            attempt.expectFailure(try await attempt.up(), ["data layout 99", "newer release"])
            try attempt.put("layout", "0\n")
            attempt.expectFailure(try await attempt.up(), ["data layout 0", "older than"])
        }

        @Test func `damaged secrets are named`() async throws {
            let attempt = try Attempt()
            defer { attempt.clean() }
            try attempt.put("secrets.json", "{")
            attempt.expectFailure(try await attempt.up(), ["secrets.json cannot be read", "move it away"])
        }

        @Test(.enabled(if: isRoot, "only root can try this as another user"))
        func `a folder this user may not use is told`() async throws {
            let attempt = try Attempt()
            defer { attempt.clean() }
            try attempt.put("secrets.json", "{}")
            // The built program may lie where another user cannot go: it runs a copy.
            let program = URL(fileURLWithPath: "/var/tmp/todo-copy-\(UUID().uuidString)")
            try FileManager.default.copyItem(at: URL(fileURLWithPath: RunningPlatform.program), to: program)
            defer { try? FileManager.default.removeItem(at: program) }
            chmod(program.path, 0o755)
            for (mode, word) in [(mode_t(0o700), "cannot read"), (mode_t(0o755), "cannot write")] {
                chmod(attempt.folder.path, mode)
                let result = try await runCommand(
                    "/usr/bin/setpriv",
                    [
                        "--reuid=65534", "--regid=65534", "--clear-groups", "--", program.path, "up",
                        "--detach",
                        "--data", attempt.folder.path, "--port-base", String(attempt.portBase),
                    ], in: URL(fileURLWithPath: "/"))
                attempt.expectFailure(result, [word, attempt.folder.path, "--data"])
            }
        }

        @Test(.enabled(if: isRoot, "only root can mount a small file system"))
        func `a full disk is told with what is free and what is needed`() async throws {
            let attempt = try Attempt()
            defer { attempt.clean() }
            try attempt.put("secrets.json", "{}")
            let mount = try await runCommand(
                "/bin/mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", attempt.folder.path])
            guard mount.status == 0 else {
                // A container without the right to mount: the check's own numbers are tested elsewhere.
                return
            }
            let result = try await attempt.up()
            _ = try await runCommand("/bin/umount", [attempt.folder.path])
            attempt.expectFailure(result, ["MB are free", "128 MB are needed", "make room"])
        }

        @Test func `a database that cannot be used is told with the reason`() async throws {
            let attempt = try Attempt()
            defer { attempt.clean() }
            let database = try await GivenDatabase.make(rights: "")
            attempt.expectFailure(
                try await attempt.up(["DATABASE_URL": "postgres://me:p@127.0.0.1:1/x"]),
                ["DATABASE_URL cannot be reached"])
            attempt.expectFailure(
                try await attempt.up(["DATABASE_URL": database.url(password: "wrong")]),
                ["refuses the login of DATABASE_URL"])
            attempt.expectFailure(
                try await attempt.up(["DATABASE_URL": "nonsense"]), ["DATABASE_URL is no database URL"])
            attempt.expectFailure(
                try await attempt.up(["DATABASE_URL": database.url()]),
                [
                    "lacks CREATEROLE", "TODO_OWNER_DATABASE_URL", "TODO_TASKS_DATABASE_URL",
                    "TODO_WORKER_DATABASE_URL", "TODO_AUDIT_DATABASE_URL", "TODO_GATEWAY_DATABASE_URL",
                    "TODO_SIDECAR_DATABASE_URL",
                ])
            let migrate = try await runCommand(
                RunningPlatform.program, ["migrate", "--data", attempt.folder.path],
                environment: ["DATABASE_URL": database.url()])
            attempt.expectFailure(migrate, ["lacks CREATEROLE", "TODO_SIDECAR_DATABASE_URL"])
            let partly = try await attempt.up(["TODO_OWNER_DATABASE_URL": database.url()])
            attempt.expectFailure(partly, ["not every login has a URL", "TODO_TASKS_DATABASE_URL"])
        }

        @Test func `a whole platform runs on a database the user gave`() async throws {
            let database = try await GivenDatabase.make(rights: "CREATEROLE")
            let platform = try await RunningPlatform(environment: ["DATABASE_URL": database.url()])
            let user = try await PlatformUser.signUp(on: platform)
            let id = try await user.createTask("on another's database")
            #expect(try await user.audit(subject: id, atLeast: 1).count == 1)
            let serving = try await database.logins()
            #expect(serving.isSuperset(of: ["tasks_api", "tasks_worker", "audit_service", "sidecar"]))
            #expect(serving.isDisjoint(with: ["todo_owner", database.login]))
            try await platform.stop()
        }

        @Test func `after the supervisor was killed the next start recovers everything`() async throws {
            let platform = try await RunningPlatform()
            let user = try await PlatformUser.signUp(on: platform)
            let id = try await user.createTask("before the kill")
            let supervisor = try supervisor(of: platform)
            kill(supervisor, SIGKILL)
            let start = [
                "up", "--detach", "--data", platform.data.path, "--port-base", String(platform.portBase),
            ]
            let again = try await runCommand(
                RunningPlatform.program, start, environment: RunningPlatform.environment)
            #expect(again.status == 0, "\(again.errors)")
            #expect(try self.supervisor(of: platform) != supervisor)
            #expect(try await user.call("GET", "/api/v1/tasks/\(id)").status == 200)

            // Killed again, `down` alone tidies up.
            kill(try self.supervisor(of: platform), SIGKILL)
            let down = try await platform.todo("down", "--data", platform.data.path)
            #expect(down.status == 0 && down.output.contains("stopped"), "\(down.output)\(down.errors)")
            let all = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { pid in
                guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
                    return false
                }
                return String(decoding: data, as: UTF8.self).contains(platform.data.path)
            }
            #expect(all.isEmpty)
            try await platform.stop()
        }

        private func supervisor(of platform: RunningPlatform) throws -> Int32 {
            let data = try Data(contentsOf: platform.data.appendingPathComponent("platform.json"))
            let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            return Int32(try #require((object["supervisor"] as? [String: Any])?["pid"] as? Int))
        }
    }
}

/// A database on a server of its own, as an administrator would hand it out.
private struct GivenDatabase {
    let server: PrivatePostgres
    let login = "handed_out"

    static func make(rights: String) async throws -> GivenDatabase {
        let database = GivenDatabase(server: try await PrivatePostgres())
        try await database.asAdministrator { client in
            try await client.script("CREATE ROLE handed_out LOGIN \(rights) PASSWORD 'p'")
            try await client.execute("CREATE DATABASE given OWNER handed_out")
        }
        return database
    }

    func url(password: String = "p") -> String {
        let address = server.url(of: "given").split(separator: "@").last.map(String.init) ?? ""
        return "postgres://\(login):\(password)@\(address)"
    }

    /// Who is signed in now.
    func logins() async throws -> Set<String> {
        var names: Set<String> = []
        try await asAdministrator { client in
            for row in try await client.query(
                "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = 'given'")
            {
                names.insert(try row.value("usename"))
            }
        }
        return names
    }

    private func asAdministrator(_ body: (PostgresClient) async throws -> Void) async throws {
        let client = PostgresClient(try PostgresConfiguration(url: server.url()))
        try await body(client)
        await client.close()
    }
}
