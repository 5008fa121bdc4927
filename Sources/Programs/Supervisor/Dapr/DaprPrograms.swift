import Synchronization

/// The two programs of Dapr on this machine.
struct DaprPrograms: Sendable, Equatable {
    let daprd: String
    let scheduler: String

    /// Where the caller says a program is, and nowhere else then; otherwise in PATH, then where Dapr's own installer
    /// puts it.
    static func find(_ environment: [String: String]) throws(SupervisorError) -> DaprPrograms {
        let daprd = path(of: "daprd", chosenBy: "TODO_DAPRD", environment)
        let scheduler = path(of: "scheduler", chosenBy: "TODO_DAPR_SCHEDULER", environment)
        guard let daprd, let scheduler else {
            throw .daprMissing(programs: missing(environment))
        }
        return DaprPrograms(daprd: daprd, scheduler: scheduler)
    }

    /// Which of them are not there.
    static func missing(_ environment: [String: String]) -> [String] {
        [("daprd", "TODO_DAPRD"), ("scheduler", "TODO_DAPR_SCHEDULER")]
            .filter { path(of: $0.0, chosenBy: $0.1, environment) == nil }.map(\.0)
    }

    /// What `daprd --version` says, such as `1.18.3`.
    func version(patience: Duration = .seconds(10)) async throws(SupervisorError) -> String {
        let (lines, continuation) = AsyncStream<String>.makeStream()
        let launch = ProcessLaunch(
            executable: daprd, arguments: ["--version"], environment: ["PATH": "/usr/bin:/bin"],
            output: .lines { continuation.yield(String(decoding: $0, as: UTF8.self)) })
        let asking = Task { () -> Result<ProcessEnd, SupervisorError> in
            do throws(SupervisorError) {
                return .success(try await OneShotProcess(name: daprd, launch: launch).end())
            } catch {
                return .failure(error)
            }
        }
        let bound = Task {
            do { try await ContinuousClock().sleep(for: patience) } catch { return }
            asking.cancel()
        }
        let end = try await asking.value.get()
        bound.cancel()
        continuation.finish()
        guard end.exitStatus == 0, let line = await lines.first(where: { _ in true }), line.count < 80 else {
            throw .daprUnusable(path: daprd, reason: "it does not tell its version: \(end)")
        }
        return line.split(separator: " ").last.map(String.init) ?? line
    }

    /// False for a release older than the one the services are written for; true where nobody can tell.
    static func isKnown(_ version: String) -> Bool {
        let parts = version.split(separator: ".").map { Int($0.drop { $0 == "v" }) }
        guard parts.count > 1, let major = parts[0], let minor = parts[1] else { return true }
        return (major, minor) >= (1, 18)
    }

    private static func path(of name: String, chosenBy key: String, _ environment: [String: String])
        -> String?
    {
        if let chosen = environment[key], !chosen.isEmpty {
            return FileAccess.isProgram(chosen) ? chosen : nil
        }
        var folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        if let home = environment["HOME"], !home.isEmpty { folders.append(home + "/.dapr/bin") }
        // A relative folder would mean another place for each child.
        return folders.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first(where: FileAccess.isProgram)
    }
}
