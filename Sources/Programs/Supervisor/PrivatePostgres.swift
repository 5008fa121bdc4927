import Crypto
import Glibc

/// A PostgreSQL cluster that belongs to one data folder: made on the first start, reachable on loopback only, with
/// passwords for everybody (scram) and page checksums.
struct PrivatePostgres: Sendable {
    let programs: PostgresServerPrograms
    /// The folder that holds the cluster: the data folder, or one the server's user can reach.
    let home: String
    let port: Int

    private var cluster: String { home + "/postgres" }

    /// Chooses where the cluster lives. Run by root, the server has its own user, which cannot pass through a home
    /// folder of mode 0700; then the cluster goes to a folder of /var/tmp named after the data folder.
    static func prepare(
        _ folder: DataFolder, port: Int, notice: @Sendable (String) -> Void
    ) async throws(SupervisorError) -> PrivatePostgres {
        let programs = try await PostgresServerPrograms.find()
        let here = PrivatePostgres(programs: programs, home: folder.path, port: port)
        let exists = FileAccess.exists(here.cluster)
        let probe = exists ? here.cluster : folder.path + "/.reach"
        if !exists { try here.makeOwned(probe) }
        let isReachable = await programs.canWrite(to: probe)
        if !exists { rmdir(probe) }
        if isReachable { return here }
        let elsewhere = PrivatePostgres(programs: programs, home: elsewhere(folder), port: port)
        notice("PostgreSQL cannot reach \(folder.path); its cluster is in \(elsewhere.home)")
        try elsewhere.makeOwned(elsewhere.home)
        try elsewhere.refuseForeign(elsewhere.home)
        return elsewhere
    }

    /// The same data folder always finds the same place.
    static func elsewhere(_ folder: DataFolder) -> String {
        let hash = SHA256.hash(data: Array(folder.path.utf8)).prefix(6)
        return "/var/tmp/todo-"
            + hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Makes the cluster unless it exists. Built beside and renamed, so that an interrupted start leaves no half.
    func makeCluster(
        superuserPassword: String, logFile: String
    ) async throws(SupervisorError) {
        guard !FileAccess.exists(cluster) else { return }
        let draft = cluster + ".new"
        FolderRemoval.remove(draft)
        try makeOwned(draft)
        let passwordFile = home + "/.initdb-\(getpid())"
        try FileAccess.replace(passwordFile, with: Array(superuserPassword.utf8), mode: 0o600)
        defer { unlink(passwordFile) }
        if let account = programs.account { chown(passwordFile, account.user, account.group) }
        let arguments = [
            "-D", draft, "-U", DatabaseAddresses.superuser, "--auth=scram-sha-256",
            "--pwfile=\(passwordFile)",
            "--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
        ]
        let launch = programs.launch("initdb", arguments, output: .file(logFile, truncate: false))
        do {
            try await OneShotProcess(name: "initdb", launch: launch).run {
                FileAccess.lastLines(of: logFile, count: 8)
            }
        } catch {
            FolderRemoval.remove(draft)
            if error.lastLines.contains(where: { $0.contains("No space left on device") }) {
                throw .diskFull(path: home)
            }
            throw error
        }
        guard rename(draft, cluster) == 0 else {
            throw .dataFolderUnwritable(path: cluster, reason: SystemFailure.text())
        }
    }

    /// How the server is run. Its log holds neither statements nor details, both of which quote people's data.
    func launch(logFile: String) -> ProcessLaunch {
        let settings = [
            "listen_addresses=127.0.0.1", "port=\(port)", "unix_socket_directories=", "max_connections=100",
            "password_encryption=scram-sha-256", "logging_collector=off", "log_destination=stderr",
            "log_line_prefix=%m [%p] %u@%d ", "log_timezone=UTC", "timezone=UTC", "log_statement=none",
            "log_error_verbosity=terse", "log_min_error_statement=panic",
            "log_parameter_max_length_on_error=0",
        ]
        let arguments = ["-D", cluster] + settings.flatMap { ["-c", $0] }
        return programs.launch("postgres", arguments, output: .file(logFile, truncate: false))
    }

    /// Stops a server that an earlier supervisor left running on this cluster, and waits for its end.
    func stopLeftover() async {
        guard let pid = postmasterPid, let identity = ProcessIdentity(pid: pid), isServer(pid) else { return }
        try? identity.signal(SIGINT)
        await ProcessWait.untilGone([identity], within: .seconds(20))
        // The server's own emergency exit: it recovers from its log at the next start.
        try? identity.signal(SIGQUIT)
        await ProcessWait.untilGone([identity], within: .seconds(5))
    }

    private var postmasterPid: Int32? {
        guard let bytes = FileAccess.read(cluster + "/postmaster.pid") else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.flatMap { Int32($0) }
    }

    /// The number in a stale file may be anybody's: ours is a `postgres` that names this cluster.
    private func isServer(_ pid: Int32) -> Bool {
        guard let bytes = ProcFile.read("/proc/\(pid)/cmdline") else { return false }
        let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return words.first?.hasSuffix("postgres") == true && words.contains(cluster)
    }

    private func makeOwned(_ path: String) throws(SupervisorError) {
        try FileAccess.makeFolder(path, mode: 0o700)
        if let account = programs.account, ownedByUs(path) { chown(path, account.user, account.group) }
    }

    private func ownedByUs(_ path: String) -> Bool {
        var information = stat()
        return lstat(path, &information) == 0 && information.st_uid == getuid()
    }

    /// Anybody may make folders in /var/tmp: one that is not the server's own is not used.
    private func refuseForeign(_ path: String) throws(SupervisorError) {
        var information = stat()
        let owner = programs.account?.user ?? getuid()
        guard lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR,
            information.st_uid == owner
        else { throw .dataFolderUnwritable(path: path, reason: "it belongs to somebody else") }
    }
}
