import Glibc
import Postgres
import Testing

@testable import Supervisor

@Suite(.timeLimit(.minutes(2))) struct PrivatePostgresTests {
    @Test func `a private server is made, serves separated logins, and leaves nothing running`() async throws
    {
        let temporary = try TemporaryFolder()
        let folder = temporary.folder
        let port = TemporaryFolder.freePort()
        let secrets = try PlatformSecrets.load(folder, roles: RoleTable.all)
        let addresses = DatabaseAddresses(given: nil, port: port, secrets: secrets)
        let server = try await PrivatePostgres.prepare(folder, port: port) { _ in }
        try await server.makeCluster(
            superuserPassword: secrets.superuserPassword, logFile: folder.postgresLog)
        #expect(!FileAccess.exists(folder.path + "/postgres.new"))

        let process = try await start(server, addresses, folder)
        let provisioning = DatabaseProvisioning(addresses: addresses, secrets: secrets, roles: RoleTable.all)
        try await provisioning.run()
        try await provisioning.run()
        try await checkLogins(addresses)

        await server.stopLeftover()
        #expect(!process.isAlive)
        #expect(!LoopbackPort.isListening(port))
        let log = FileAccess.read(folder.postgresLog).map { String(decoding: $0, as: UTF8.self) } ?? ""
        #expect(!log.isEmpty)
        #expect(!log.contains(secrets.superuserPassword) && !log.contains(secrets.ownerPassword))
    }

    @Test func `the cluster of an unreachable folder has a place of its own that is found again`() {
        let folder = DataFolder("/root/somewhere/.todo")
        #expect(PrivatePostgres.elsewhere(folder) == PrivatePostgres.elsewhere(folder))
        #expect(PrivatePostgres.elsewhere(folder).hasPrefix("/var/tmp/todo-"))
        #expect(PrivatePostgres.elsewhere(folder) != PrivatePostgres.elsewhere(DataFolder("/root/.todo")))
    }

    private func start(
        _ server: PrivatePostgres, _ addresses: DatabaseAddresses, _ folder: DataFolder
    ) async throws -> ProcessIdentity {
        let child = try ChildProcess.spawn(server.launch(logFile: folder.postgresLog)) { _ in }
        let client = PostgresClient(try PostgresConfiguration(url: addresses.superuser(database: "postgres")))
        try await eventually { (try? await client.ping()) != nil }
        await client.close()
        return try #require(ProcessIdentity(pid: child.pid))
    }

    /// The owner makes tables; a role's login uses those of its own schema and cannot even look at the others'.
    private func checkLogins(_ addresses: DatabaseAddresses) async throws {
        let owner = PostgresClient(try PostgresConfiguration(url: addresses.owner))
        try await owner.script("CREATE TABLE tasks.one (id int); CREATE TABLE audit.one (id int)")
        await owner.close()
        let tasks = try #require(RoleTable.all.first { $0.name == "tasks" })
        let client = PostgresClient(try PostgresConfiguration(url: addresses.role(tasks)))
        #expect(try await client.execute("INSERT INTO one VALUES (1)") == 1)
        await #expect(throws: PostgresError.self) { try await client.query("SELECT * FROM audit.one") }
        await #expect(throws: PostgresError.self) {
            try await client.execute("CREATE TABLE tasks.two (id int)")
        }
        await client.close()
        let sidecar = PostgresClient(try PostgresConfiguration(url: addresses.sidecar))
        try await sidecar.script("CREATE SCHEMA broker; CREATE TABLE broker.log (id int)")
        await sidecar.close()
    }
}
