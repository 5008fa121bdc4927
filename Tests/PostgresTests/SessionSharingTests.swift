import Foundation
import TestSupport
import Testing

@testable import Postgres

/// Against the server itself, and against a real PgBouncer before it.
@Suite struct SessionSharingTests {
    /// Runs a PgBouncer for the server, and ends it.
    private func withPooler(mode: String, sessions: Int, _ body: (PostgresConfiguration) async throws -> Void)
        async throws
    {
        let server = try await PrivatePostgres.shared()
        let database = try PostgresConfiguration(url: await server.createDatabase()).database
        let port = try FreePorts.one()
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("pooler-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let secret = try #require(URLComponents(string: server.url())?.password)
        let lines = [
            "[databases]",
            "* = host=127.0.0.1 port=\(server.serverPort) user=postgres password=\(secret)",
            "[pgbouncer]", "listen_addr = 127.0.0.1", "listen_port = \(port)", "auth_type = any",
            "unix_socket_dir =", "pool_mode = \(mode)", "default_pool_size = \(sessions)",
            "ignore_startup_parameters = extra_float_digits",
        ]
        let file = folder.appendingPathComponent("pooler.ini")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)

        let user = geteuid() == 0 ? ["--user", "postgres"] : []
        let pooler = try ChildProgram(["/usr/sbin/pgbouncer"] + user + ["--quiet", file.path])
        defer { pooler.kill() }
        var configuration = try PostgresConfiguration(url: "postgres://ada@127.0.0.1:\(port)/\(database)")
        configuration.connectTimeout = .seconds(60)
        let probe = PostgresClient(configuration)
        let isUp = try await eventually { (try? await probe.ping()) != nil }
        await probe.close()
        try #require(isUp, "the pooler does not answer")
        try await body(configuration)
    }

    @Test func `a server gives each connection a session of its own`() async throws {
        let server = try await PrivatePostgres.shared()
        #expect(try await PostgresConfiguration(url: server.url()).sharesSessions() == false)
    }

    @Test(arguments: [1, 4]) func `a pooler in transaction mode is found out`(sessions: Int) async throws {
        try await withPooler(mode: "transaction", sessions: sessions) { configuration in
            let isShared = try await configuration.sharesSessions()
            #expect(isShared)
        }
    }

    @Test func `a pooler in session mode is as good as a server`() async throws {
        try await withPooler(mode: "session", sessions: 4) { configuration in
            let isShared = try await configuration.sharesSessions()
            #expect(!isShared)
        }
    }

    @Test func `a server that is away is an error, not an answer`() async throws {
        let configuration = try PostgresConfiguration(url: "postgres://a@127.0.0.1:\(try FreePorts.one())/x")
        await #expect(throws: PostgresError.self) { try await configuration.sharesSessions() }
    }
}
