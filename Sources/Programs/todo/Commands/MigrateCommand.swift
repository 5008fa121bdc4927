import ArgumentParser
import FoundationEssentials
import Glibc
import Postgres
import ServiceKit

/// Brings the database up to date, as the owner that no service logs in as.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring every service's schema up to date.",
        discussion: """
            Reads TODO_OWNER_DATABASE_URL: a login that owns the schemas, not one that serves. Safe to run twice \
            and from several places at once; what was applied is never applied again.
            """)

    static let ownerURL = ConfigurationKey(
        "TODO_OWNER_DATABASE_URL", .url, secret: true, "PostgreSQL, as a login that owns the schemas")

    func run() async throws {
        do {
            let settings = Settings(environment: ProcessInfo.processInfo.environment)
            let database = PostgresClient(try PostgresConfiguration(url: settings.string(Self.ownerURL)))
            for role in Roles.services {
                guard let schema = role.schema else { continue }
                let applied = try await Migrator(schema: schema, migrations: role.migrations).apply(
                    on: database)
                let what = applied.isEmpty ? "up to date" : "applied \(applied.joined(separator: ", "))"
                print("\(role.name.padded(to: 14))\(what)")
            }
            await database.close()
        } catch {
            StandardError.say("todo migrate: \(error)")
            throw ExitCode(1)
        }
    }
}
