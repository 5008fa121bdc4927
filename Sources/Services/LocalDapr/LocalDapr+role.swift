import Postgres
public import ServiceKit

extension LocalDapr {
    private static let configurationFile = ConfigurationKey(
        "TODO_SIDECAR_CONFIG", .string, "file that names the apps, their ports and their tokens")

    /// The stand-in as a role: one process for all apps of a platform.
    public static let role = ServiceRole(
        name: "sidecar", summary: "local stand-in for Dapr (development only)", port: 3500, adminPort: 9187,
        keys: [configurationFile] + FrameKeys.database, build: build)

    private static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let path = try frame.settings.string(configurationFile)
        var configuration = try SidecarConfiguration(contentsOf: path)
        configuration.host = try frame.settings.string(FrameKeys.host)
        let database = try frame.database()
        _ = try await Migrator(schema: schema, migrations: migrations).apply(on: database)
        let sidecar = try build(
            configuration: configuration, database: database,
            databaseConfiguration: try frame.databaseConfiguration(), http: frame.http,
            tracerFor: frame.tracers(scope: "todo.sidecar"), limits: frame.connectionLimits,
            logger: frame.logger)
        frame.requires(ReadinessCheck("listeners") { await sidecar.readiness()["listeners"] == true })
        return ServiceParts(services: sidecar.services)
    }
}
