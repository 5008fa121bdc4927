import Glibc

/// A program that a test starts beside itself, and ends.
public struct ChildProgram: Sendable {
    private let process: pid_t

    /// Starts a program by its path, its output thrown away.
    public init(_ arguments: [String]) throws {
        process = try Self.spawn(arguments, standardInput: nil)
    }

    /// Ends it at once and waits until it is gone.
    public func kill() {
        _ = Glibc.kill(process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    /// Asks it to end and waits until it is gone; after a minute it is not asked any more.
    public func end() async {
        _ = Glibc.kill(process, SIGTERM)
        var status: Int32 = 0
        for _ in 0..<3000 {
            if waitpid(process, &status, WNOHANG) != 0 { return }
            if (try? await Task.sleep(for: .milliseconds(20))) == nil { break }
        }
        kill()
    }

    static func spawn(_ arguments: [String], standardInput: Int32?) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let standardInput { posix_spawn_file_actions_adddup2(&actions, standardInput, 0) }
        // Whoever reads the test run's output waits until every holder of it is gone.
        for output: Int32 in [1, 2] {
            posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0)
        }
        // A signal for the test run's own group (Ctrl-C) must not reach the server before the shell.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Worker threads block most signals, and a child inherits that: a shell that never hears SIGCHLD
        // waits forever.
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        var child: pid_t = 0
        var list: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        list.append(nil)
        defer { for case let text? in list { free(text) } }
        let status = posix_spawn(&child, arguments[0], &actions, &attributes, list, environ)
        guard status == 0 else { throw PrivatePostgres.Failure.cannotRun(arguments[0], status: status) }
        return child
    }
}
