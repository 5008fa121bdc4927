#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A program that runs beside this one until it is told to end; what it writes goes into a file.
final class LongProgram: Sendable {
    let pid: pid_t
    let log: String

    init(_ arguments: [String], log: String, environment: [String: String] = [:]) throws(LoadFailure) {
        self.log = log
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A group of its own: Ctrl-C is for this program, which then ends the others in order.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        attributes.restorePipeSignal(and: Int32(POSIX_SPAWN_SETPGROUP))
        var list: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var settings = Self.environment(with: environment)
        defer { for case let text? in list + settings { free(text) } }
        var child: pid_t = 0
        guard let program = arguments.first,
            posix_spawnp(&child, program, &actions, &attributes, &list, &settings) == 0
        else { throw .misuse("\(arguments.first ?? "nothing") cannot be run") }
        pid = child
    }

    private static func environment(with more: [String: String]) -> [UnsafeMutablePointer<CChar>?] {
        var kept: [UnsafeMutablePointer<CChar>?] = []
        var place = environ
        while let entry = place.pointee {
            let name = String(cString: entry).prefix { $0 != "=" }
            if more[String(name)] == nil { kept.append(strdup(entry)) }
            place += 1
        }
        return kept + more.map { strdup("\($0.key)=\($0.value)") } + [nil]
    }

    /// What it has written so far.
    var output: String {
        (try? WholeFile.read(log)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Whether it has ended; its exit status is then taken.
    var hasEnded: Bool {
        var status: Int32 = 0
        return waitpid(pid, &status, WNOHANG) != 0
    }

    /// Asks it to end, and insists after a while.
    func end(_ signal: Int32 = SIGTERM, patience: Duration = .seconds(20)) async {
        guard !hasEnded else { return }
        kill(pid, signal)
        let deadline = ContinuousClock.now + patience
        while !hasEnded {
            guard ContinuousClock.now < deadline else {
                kill(-pid, SIGKILL)
                var status: Int32 = 0
                _ = waitpid(pid, &status, 0)
                return
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }
}

extension String {
    /// Where a symbolic link leads.
    var resolved: String? {
        var path = [CChar](repeating: 0, count: 4096)
        let length = readlink(self, &path, path.count - 1)
        guard length > 0 else { return nil }
        return String(decoding: path[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
