public import Postgres

/// One role of the platform: everything the frame must know to run it.
public struct ServiceRole: Sendable {
    /// The subcommand, the Dapr app-id and `service.name` at once.
    public let name: String
    public let summary: String
    public let port: ConfigurationKey
    public let adminPort: ConfigurationKey
    /// Every setting of the role, for `todo config`.
    public let keys: [ConfigurationKey]
    /// The schema it owns, with its migrations; nil for a role without tables.
    public let schema: String?
    public let migrations: [Migration]
    let build: @Sendable (ServiceFrame) async throws -> ServiceParts

    /// Declares a role.
    public init(
        name: String, summary: String, port: Int, adminPort: Int, keys: [ConfigurationKey],
        schema: String? = nil,
        migrations: [Migration] = [], build: @escaping @Sendable (ServiceFrame) async throws -> ServiceParts
    ) {
        self.name = name
        self.summary = summary
        self.port = FrameKeys.port(port)
        self.adminPort = FrameKeys.adminPort(adminPort)
        self.keys = [self.port, self.adminPort] + FrameKeys.process + keys
        self.schema = schema
        self.migrations = migrations
        self.build = build
    }
}
