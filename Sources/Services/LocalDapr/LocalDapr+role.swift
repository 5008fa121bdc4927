import FoundationEssentials
import Logging
import Postgres
public import ServiceKit

extension LocalDapr {
    private static let configurationFile = ConfigurationKey(
        "TODO_SIDECAR_CONFIG", .string, "file that names the apps, their ports and their tokens")
    private static let resourcesFolder = ConfigurationKey(
        "TODO_SIDECAR_RESOURCES", .string,
        "folder with the sidecar's YAML files; else dapr/ beside the program, else that of the checkout; "
            + "'none' for one broker without retries, scopes and dead letters of its own")

    /// The stand-in as a role: one process for all apps of a platform.
    public static let role = ServiceRole(
        name: "sidecar", summary: "local stand-in for Dapr (development only)", port: 3500, adminPort: 9187,
        keys: [configurationFile, resourcesFolder] + FrameKeys.database, build: build)

    private static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let path = try frame.settings.string(configurationFile)
        var configuration = try SidecarConfiguration(contentsOf: path)
        configuration.host = try frame.settings.string(FrameKeys.host)
        let resources = try resources(frame)
        let database = try frame.database()
        _ = try await Migrator(schema: schema, migrations: migrations).apply(on: database)
        let sidecar = try build(
            configuration: configuration, components: resources.components, policies: resources.policies,
            database: database, databaseConfiguration: try frame.databaseConfiguration(), http: frame.http,
            tracerFor: frame.tracers(scope: "todo.sidecar"), limits: frame.connectionLimits,
            logger: frame.logger)
        frame.requires(ReadinessCheck("listeners") { await sidecar.readiness()["listeners"] == true })
        return ServiceParts(services: sidecar.services, adminRoutes: sidecar.addAdminRoutes)
    }

    /// Says at the start what is replaced and what is left out, so that nobody takes this for production.
    ///
    /// - Throws: if there are no files and nobody said that there shall be none. Without their retries an event whose
    ///   consumer is just being restarted becomes a dead letter at its first attempt.
    private static func resources(_ frame: ServiceFrame) throws -> SidecarResources {
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let standard = program.flatMap { ResourceFolder.standard(executable: $0) }
        guard let folder = try folder(frame.settings, standard: standard) else {
            frame.logger.warning("no files of the sidecar wanted: one broker, no retries, no scopes")
            return SidecarResources()
        }
        let resources = try SidecarResources.read(
            folder: folder, environment: frame.settings.environment)
        frame.logger.notice(
            "files of the sidecar read",
            metadata: [
                "dapr.resources": "\(folder)", "dapr.components": "\(resources.components.count)",
                "dapr.tracing": "\(resources.policies.tracing)",
            ])
        for note in resources.notes { frame.logger.notice("\(note)") }
        return resources
    }

    /// The folder to read; nil only if none is wanted.
    static func folder(_ settings: Settings, standard: String?) throws(ConfigurationError) -> String? {
        guard let folder = settings.given(resourcesFolder) ?? standard else {
            throw .missing(resourcesFolder)
        }
        return folder == "none" ? nil : folder
    }
}
