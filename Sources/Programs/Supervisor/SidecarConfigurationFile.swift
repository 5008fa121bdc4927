import FoundationEssentials

/// What the stand-in for Dapr needs to know of each app; a file, because it holds all tokens.
struct SidecarConfigurationFile: Codable, Sendable, Equatable {
    struct App: Codable, Sendable, Equatable {
        let id: String
        let apiPort: Int
        let appPort: Int
        let apiToken: String
        let appToken: String
        /// As in production, where annotations say the same: tokens are too long for Dapr's own 4 KiB.
        var headerLimitBytes = 16 * 1024
        var healthCheck = HealthCheck()
    }

    /// Every service answers there; see `DaprRoutes`.
    struct HealthCheck: Codable, Sendable, Equatable {
        var path = "/healthz"
        var intervalMilliseconds = 1000
        var timeoutMilliseconds = 500
        var threshold = 3
    }

    let apps: [App]

    init(roles: [RoleSpecification], ports: PortLayout, secrets: PlatformSecrets) {
        apps = roles.sorted { $0.slot < $1.slot }.map { role in
            App(
                id: role.name,
                apiPort: ports.sidecarAPI(slot: role.slot),
                appPort: ports.http(slot: role.slot),
                apiToken: secrets.apps[role.name]?.apiToken ?? "",
                appToken: secrets.apps[role.name]?.appToken ?? ""
            )
        }
    }

    func save(to folder: DataFolder) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let bytes = try [UInt8](encoder.encode(self))
        try FileAccess.replace(folder.sidecarConfiguration, with: bytes, mode: 0o600)
    }
}
