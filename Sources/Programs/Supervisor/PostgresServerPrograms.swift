import Glibc

/// The server programs of PostgreSQL on this machine, and the user they can run as.
struct PostgresServerPrograms: Sendable {
    let folder: String
    /// Set when we are root: the server refuses to run as root.
    let account: Account?

    struct Account: Sendable, Equatable {
        let name: String
        let user: uid_t
        let group: gid_t
        /// Program and arguments that run what follows as this user, in the same process.
        let switchUser: [String]
    }

    static func find() async throws(SupervisorError) -> PostgresServerPrograms {
        guard let folder = await programFolder() else { throw .postgresMissing }
        guard getuid() == 0 else { return PostgresServerPrograms(folder: folder, account: nil) }
        guard let entry = getpwnam("postgres") else { throw .postgresUserMissing }
        let (user, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
        guard let switchUser = switchUserCommand(user, group) else { throw .postgresUserMissing }
        let account = Account(name: "postgres", user: user, group: group, switchUser: switchUser)
        return PostgresServerPrograms(folder: folder, account: account)
    }

    /// How to start one of the programs. It begins in `/`, because its user may not be allowed to stand where we do.
    func launch(_ program: String, _ arguments: [String], output: ProcessLaunch.Output) -> ProcessLaunch {
        asAccount([folder + "/" + program] + arguments, output: output)
    }

    /// Whether the server's user can reach and write a folder.
    func canWrite(to path: String) async -> Bool {
        guard account != nil else { return access(path, W_OK | X_OK) == 0 }
        let test = ["/bin/sh", "-c", "test -w \"$1\" && test -x \"$1\"", "sh", path]
        let end = try? await OneShotProcess(name: "test", launch: asAccount(test, output: .lines { _ in }))
            .end()
        return end?.exitStatus == 0
    }

    private func asAccount(_ command: [String], output: ProcessLaunch.Output) -> ProcessLaunch {
        let inRoot = ["-c", "cd / && exec \"$@\"", "sh"]
        return ProcessLaunch(
            executable: "/bin/sh",
            arguments: inRoot + (account?.switchUser ?? []) + Self.endingWithUs + command,
            environment: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "TZ": "UTC"],
            output: output
        )
    }

    /// The server does not read its input, so the kernel tells it that we are gone: by the signal of its fast
    /// shutdown. Set after the change of user, which would clear it.
    private static var endingWithUs: [String] {
        for folder in ["/usr/bin", "/bin"] where FileAccess.isExecutable(folder + "/setpriv") {
            return ["\(folder)/setpriv", "--pdeathsig", "INT", "--"]
        }
        return []
    }

    /// Both replace themselves by the command, so that the process we started is the server.
    private static func switchUserCommand(_ user: uid_t, _ group: gid_t) -> [String]? {
        for folder in ["/usr/bin", "/bin"] where FileAccess.isExecutable(folder + "/setpriv") {
            return ["\(folder)/setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--"]
        }
        for folder in ["/usr/sbin", "/sbin", "/usr/bin"] where FileAccess.isExecutable(folder + "/runuser") {
            return ["\(folder)/runuser", "-u", "postgres", "--"]
        }
        return nil
    }

    /// Where the user says the programs are (`TODO_POSTGRES_BIN`), and nowhere else then; otherwise where Debian
    /// and `pg_config` have them.
    private static func programFolder() async -> String? {
        var candidates: [String] = []
        if let chosen = getenv("TODO_POSTGRES_BIN").map({ String(cString: $0) }), !chosen.isEmpty {
            return holdsServer(chosen) ? chosen : nil
        }
        for path in ["/usr/bin/pg_config", "/usr/local/bin/pg_config"] where FileAccess.isExecutable(path) {
            if let line = await firstLine([path, "--bindir"]) { candidates.append(line) }
        }
        // pg_config belongs to the client packages and may name a folder without a server.
        candidates += versionFolders()
        return candidates.first(where: holdsServer)
    }

    private static func holdsServer(_ folder: String) -> Bool {
        FileAccess.isExecutable(folder + "/postgres") && FileAccess.isExecutable(folder + "/initdb")
    }

    /// `/usr/lib/postgresql/<version>/bin`, the newest first.
    private static func versionFolders() -> [String] {
        let root = "/usr/lib/postgresql"
        guard let directory = opendir(root) else { return [] }
        defer { closedir(directory) }
        var versions: [Int] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let version = Int(name) { versions.append(version) }
        }
        return versions.sorted(by: >).map { "\(root)/\($0)/bin" }
    }

    private static func firstLine(_ command: [String]) async -> String? {
        let (lines, continuation) = AsyncStream<String>.makeStream()
        let launch = ProcessLaunch(
            executable: command[0], arguments: Array(command.dropFirst()),
            environment: ["PATH": "/usr/bin:/bin"],
            output: .lines { continuation.yield(String(decoding: $0, as: UTF8.self)) })
        guard (try? await OneShotProcess(name: command[0], launch: launch).end())?.exitStatus == 0 else {
            return nil
        }
        return await lines.first { _ in true }
    }
}
