import Glibc
import Postgres
import Testing

@testable import Supervisor

/// A private cluster in a temporary folder, running, with nothing provisioned yet.
struct PrivateServer: ~Copyable {
    let temporary: TemporaryFolder
    let secrets: PlatformSecrets
    let addresses: DatabaseAddresses
    let server: PrivatePostgres
    let process: ProcessIdentity
    let port: Int

    var folder: DataFolder { temporary.folder }

    static func start() async throws -> PrivateServer {
        let temporary = try TemporaryFolder()
        let folder = temporary.folder
        let port = TemporaryFolder.freePort()
        let secrets = try PlatformSecrets.load(folder, roles: RoleTable.all)
        let addresses = DatabaseAddresses(place: .ownCluster(port: port), secrets: secrets)
        let server = try await PrivatePostgres.prepare(folder, port: port) { _ in }
        try await server.makeCluster(
            superuserPassword: secrets.superuserPassword, logFile: folder.postgresLog)
        let child = try ChildProcess.spawn(server.launch(logFile: folder.postgresLog)) { _ in }
        let process = try #require(ProcessIdentity(pid: child.pid))
        let client = PostgresClient(
            try PostgresConfiguration(url: #require(addresses.administrator(database: "postgres"))))
        try await eventually { (try? await client.ping()) != nil }
        await client.close()
        return PrivateServer(
            temporary: temporary, secrets: secrets, addresses: addresses, server: server, process: process,
            port: port)
    }

    var provisioning: DatabaseProvisioning {
        DatabaseProvisioning(addresses: addresses, roles: RoleTable.all)
    }

    /// Runs a script as somebody.
    func script(_ text: String, as url: String?) async throws {
        try await OneConnection.run(try #require(url)) { try await $0.script(text) }
    }

    func administrator(_ database: String = "postgres") -> String? {
        addresses.administrator(database: database)
    }

    func url(_ purpose: DatabaseLogin.Purpose) throws -> String {
        addresses.url(
            of: try #require(
                DatabaseLogin.all(for: RoleTable.all).first {
                    $0.purpose == purpose && (purpose != .service || $0.schema == "audit")
                }))
    }

    func stop() async { await server.stopLeftover() }

    /// What migrations make, as far as rights are concerned.
    static let tables = """
        CREATE TABLE tasks.task (id int, user_id text);
        ALTER TABLE tasks.task ENABLE ROW LEVEL SECURITY;
        ALTER TABLE tasks.task FORCE ROW LEVEL SECURITY;
        CREATE POLICY own ON tasks.task USING (user_id = current_setting('app.user_id', true));
        CREATE TABLE tasks.outbox (id int);
        CREATE TABLE tasks.outbox_lease (id int);
        CREATE TABLE tasks.schema_migrations (name text);
        CREATE TABLE tasks.idempotency_key (id int, user_id text);
        ALTER TABLE tasks.idempotency_key ENABLE ROW LEVEL SECURITY;
        ALTER TABLE tasks.idempotency_key FORCE ROW LEVEL SECURITY;
        CREATE POLICY own ON tasks.idempotency_key USING (user_id = current_setting('app.user_id', true));
        CREATE FUNCTION tasks.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE TABLE audit.entry (id int);
        CREATE TABLE audit.inbox (id int);
        """

    /// The SQLSTATE of a statement, nil when it is allowed.
    static func refusal(_ sql: String, on client: PostgresClient) async throws -> String? {
        do {
            try await client.script(sql)
            return nil
        } catch {
            return error.sqlState ?? error.description
        }
    }
}

/// Everything that runs a server of its own, one after another: making a cluster keeps the disk busy for all others.
@Suite(.serialized) enum RealServer {}
