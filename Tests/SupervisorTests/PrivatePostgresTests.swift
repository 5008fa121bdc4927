import Testing

@testable import Supervisor

extension RealServer {
    @Suite(.timeLimit(.minutes(2))) struct PrivatePostgresTests {
        @Test func `a private server is made, holds no secret in its log, and leaves nothing running`()
            async throws
        {
            let server = try await PrivateServer.start()
            let folder = server.folder
            #expect(!FileAccess.exists(folder.path + "/postgres.new"))
            try await server.provisioning.run()
            try await server.provisioning.run()
            await server.stop()
            #expect(!server.process.isAlive)
            #expect(!LoopbackPort.isListening(server.port))
            let log = FileAccess.read(folder.postgresLog).map { String(decoding: $0, as: UTF8.self) } ?? ""
            #expect(!log.isEmpty)
            let secrets = [server.secrets.superuserPassword] + server.secrets.passwords.values
            #expect(secrets.allSatisfy { !log.contains($0) })
        }

        @Test func `the cluster of an unreachable folder has a place of its own that is found again`() {
            let folder = DataFolder("/root/somewhere/.todo")
            #expect(PrivatePostgres.elsewhere(folder) == PrivatePostgres.elsewhere(folder))
            #expect(PrivatePostgres.elsewhere(folder).hasPrefix("/var/tmp/todo-"))
            #expect(PrivatePostgres.elsewhere(folder) != PrivatePostgres.elsewhere(DataFolder("/root/.todo")))
        }
    }
}
