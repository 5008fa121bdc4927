import ArgumentParser
import FoundationEssentials
import Postgres
import ServiceKit
import Supervisor

/// Brings the database up to date, as the owner that no service logs in as.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring logins, schemas and rights of the database up to date.",
        discussion: """
            With TODO_OWNER_DATABASE_URL, a login that owns the schemas and never serves, migrations run and rights \
            are given to the logins that serve. With DATABASE_URL instead, a login with CREATEROLE, those logins \
            are made as well; their passwords are kept in the data folder's secrets.json. Safe to run twice and \
            from several places at once; what was applied is never applied again.
            """)

    @Option(help: "The folder that keeps the passwords of logins that are made.")
    var data: String = ProcessInfo.processInfo.environment["TODO_DATA"] ?? ".todo"

    func run() async throws {
        let setup = DatabaseSetup(environment: ProcessInfo.processInfo.environment, dataFolder: data)
        do {
            var configuration = try PostgresConfiguration(url: await setup.prepare())
            configuration.applicationName = "todo-migrate"
            configuration.maximumConnections = 2
            let database = PostgresClient(configuration)
            for role in Roles.services {
                guard let schema = role.schema else { continue }
                let applied = try await Migrator(schema: schema, migrations: role.migrations).apply(
                    on: database)
                let what = applied.isEmpty ? "up to date" : "applied \(applied.joined(separator: ", "))"
                print("\(role.name.padded(to: 14))\(what)")
            }
            try await setup.grant(on: database)
            await database.close()
        } catch {
            StandardError.say("todo migrate: \(setup.explain(error))")
            throw ExitCode(1)
        }
    }
}
