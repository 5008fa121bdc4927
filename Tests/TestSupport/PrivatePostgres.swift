// A real PostgreSQL server for tests: its own cluster in a temporary folder, its own port on the loopback
// address, no unix socket. A small shell watches over it, its standard input a pipe from this process: when
// the pipe closes, however this process ended, the shell stops the server and removes the folder. Nothing
// is left behind by a crash.
import FoundationEssentials
import Glibc
import Postgres
import Synchronization

/// A server that lives as long as the test process, or until `stop`.
public final class PrivatePostgres: Sendable {
    /// Why there is no server.
    public enum Failure: Error {
        case noServerBinaries
        case cannotRun(String, status: Int32)
        case notReady(String)
    }

    private struct Watch {
        var shell: pid_t
        var pipe: Int32
    }

    private static let password = "private-postgres"
    private static let starting = Task { try await PrivatePostgres() }
    private let tools: String
    private let folder: String
    private let port: Int
    private let watch = Mutex<Watch?>(nil)
    private let databases = Mutex(0)
    private let offersTLS: Bool

    /// The server all tests of this process share.
    public static func shared() async throws -> PrivatePostgres {
        try await starting.value
    }

    /// A server of one's own, for tests that stop it.
    ///
    /// - Parameter offersTLS: with a certificate for 127.0.0.1 that nobody else has signed.
    public init(offersTLS: Bool = false) async throws {
        self.offersTLS = offersTLS
        tools = try Self.findTools()
        folder = try Self.makeFolder()
        port = try FreePorts.one()
        try initialise()
        if offersTLS { try makeCertificate() }
        try launch()
        try await waitUntilReady()
    }

    deinit { stop() }

    /// The superuser's URL of a database.
    public func url(of database: String = "postgres") -> String {
        "postgres://postgres:\(Self.password)@127.0.0.1:\(port)/\(database)"
    }

    /// A new, empty database; returns the superuser's URL.
    public func createDatabase() async throws -> String {
        let number = databases.withLock { count in
            count += 1
            return count
        }
        try await withAdministrator { client in
            // Copying files is quicker than logging every page, and safe while nobody uses the template.
            try await client.script("CREATE DATABASE test_\(number) STRATEGY file_copy")
        }
        return url(of: "test_\(number)")
    }

    /// Stops the server and starts it again on the same port.
    public func restart() async throws {
        halt(keepingFolder: true)
        try launch()
        try await waitUntilReady()
    }

    /// Stops the server; `start` brings it back.
    public func pause() {
        halt(keepingFolder: true)
    }

    /// Starts the server after `pause`.
    public func resume() async throws {
        try launch()
        try await waitUntilReady()
    }

    /// Stops the server and removes its folder.
    public func stop() {
        halt(keepingFolder: false)
    }

    private func withAdministrator(_ body: (PostgresClient) async throws -> Void) async throws {
        var configuration = try PostgresConfiguration(url: url())
        configuration.maximumConnections = 1
        configuration.statementTimeout = .seconds(120)
        let client = PostgresClient(configuration)
        do {
            try await body(client)
            await client.close()
        } catch {
            await client.close()
            throw error
        }
    }

    private func initialise() throws {
        let secret = folder + "/password"
        try Data(Self.password.utf8).write(to: URL(filePath: secret))
        chmod(secret, 0o644)
        let arguments =
            Self.asServerUser + [
                tools + "/initdb", "--pgdata", folder + "/data", "--username=postgres",
                "--auth=scram-sha-256",
                "--pwfile=" + secret, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
            ]
        try Self.runToEnd(["/bin/sh", "-c", "exec \"$@\" >\"$0\" 2>&1", folder + "/initdb.log"] + arguments)
    }

    /// The certificate that clients must trust, of a server that offers TLS.
    public var certificatePath: String { folder + "/data/server.crt" }

    /// Where the server listens, on 127.0.0.1.
    public var serverPort: Int { port }

    /// Runs as the server's user, because the server refuses a key that others may read.
    private func makeCertificate() throws {
        let arguments = [
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-subj", "/CN=private-postgres", "-addext",
            "subjectAltName=IP:127.0.0.1", "-keyout", folder + "/data/server.key", "-out", certificatePath,
        ]
        try Self.runToEnd(
            Self.asServerUser
                + ["/bin/sh", "-c", "umask 077; exec \"$@\" >/dev/null 2>&1", "certificate"] + arguments)
        chmod(certificatePath, 0o644)
    }

    /// `$!` is the server itself, because setpriv replaces itself by it.
    private static let watchScript = """
        folder=$1; shift
        "$@" >"$folder/server.log" 2>&1 </dev/null &
        server=$!
        word=
        read -r word
        kill -INT "$server" 2>/dev/null
        wait "$server"
        [ "$word" = keep ] || rm -rf "$folder"
        """

    private func launch() throws {
        var settings = [
            "port=\(port)", "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off",
            "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=32MB",
            "autovacuum=off",
        ]
        if offersTLS { settings.append("ssl=on") }
        let server =
            Self.asServerUser + [tools + "/postgres", "-D", folder + "/data"]
            + settings.flatMap { ["-c", $0] }
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure.cannotRun("pipe", status: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        do {
            let shell = try ChildProgram.spawn(
                ["/bin/sh", "-c", Self.watchScript, "watch", folder] + server, standardInput: ends[0])
            watch.withLock { $0 = Watch(shell: shell, pipe: ends[1]) }
        } catch {
            close(ends[1])
            throw error
        }
    }

    private func halt(keepingFolder: Bool) {
        let watch = watch.withLock { watch in
            defer { watch = nil }
            return watch
        }
        guard let watch else { return }
        if keepingFolder { _ = write(watch.pipe, "keep\n", 5) }
        close(watch.pipe)
        var status: Int32 = 0
        while waitpid(watch.shell, &status, 0) < 0, errno == EINTR {}
    }

    private func waitUntilReady() async throws {
        for _ in 0..<400 {
            do {
                try await withAdministrator { try await $0.ping() }
                return
            } catch PostgresError.connectionFailed, PostgresError.connectionLost {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        let log = (try? Data(contentsOf: URL(filePath: folder + "/server.log"))) ?? Data()
        throw Failure.notReady(String(decoding: log.suffix(2000), as: UTF8.self))
    }
}

extension PrivatePostgres {
    /// PostgreSQL refuses to run as root.
    private static var asServerUser: [String] {
        geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
    }

    private static func findTools() throws -> String {
        let roots = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let folders = roots.sorted { $0.count == $1.count ? $0 > $1 : $0.count > $1.count }
            .map { "/usr/lib/postgresql/\($0)/bin" }
        for folder in folders + ["/usr/local/pgsql/bin", "/usr/bin", "/usr/local/bin"]
        where access(folder + "/initdb", X_OK) == 0 && access(folder + "/postgres", X_OK) == 0 {
            return folder
        }
        throw Failure.noServerBinaries
    }

    private static func makeFolder() throws -> String {
        var template = Array("/tmp/private-postgres.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure.cannotRun("mkdtemp", status: errno) }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if geteuid() == 0, let user = getpwnam("postgres") {
            chown(folder, user.pointee.pw_uid, user.pointee.pw_gid)
        }
        return folder
    }

    private static func runToEnd(_ arguments: [String]) throws {
        let child = try ChildProgram.spawn(arguments, standardInput: nil)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw Failure.cannotRun(arguments.joined(separator: " "), status: status) }
    }
}
