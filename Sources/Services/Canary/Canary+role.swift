import FoundationEssentials
public import ServiceKit

extension Canary {
    /// The settings.
    public enum Keys {
        public static let url = ConfigurationKey(
            "TODO_CANARY_URL", .url, default: "http://127.0.0.1:8080", "public address of the platform")
        public static let email = ConfigurationKey(
            "TODO_CANARY_EMAIL", default: "canary@example.com",
            "account of the synthetic user; made if it is not there")
        public static let password = ConfigurationKey(
            "TODO_CANARY_PASSWORD", secret: true, "its password")
        public static let interval = ConfigurationKey(
            "TODO_CANARY_INTERVAL", .milliseconds, default: "15000",
            "from the start of a round to the next one")
        public static let patience = ConfigurationKey(
            "TODO_CANARY_TIMEOUT", .milliseconds, default: "10000", "longest wait for a step of a round")
    }

    /// The canary as a process: rounds, and an admin port that shows them.
    public static let role = ServiceRole(
        name: "canary", summary: "a synthetic user who measures the platform from outside", port: 9089,
        adminPort: 9189, keys: [Keys.url, Keys.email, Keys.password, Keys.interval, Keys.patience],
        build: build)

    private static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let target = CanaryTarget(
            url: try frame.settings.string(Keys.url), email: try frame.settings.string(Keys.email),
            password: try frame.settings.string(Keys.password),
            patience: try frame.settings.duration(Keys.patience))
        CanaryMetrics.prepare()
        return ServiceParts(services: [
            CanaryLoop(
                canary: Canary(target, http: frame.http),
                interval: try frame.settings.duration(Keys.interval),
                logger: frame.logger)
        ])
    }
}
