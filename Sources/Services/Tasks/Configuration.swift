import Logging
import Postgres
import ServiceKit
import ServiceLifecycle

/// The settings of `tasks` alone.
enum TasksKeys {
    static let workerDatabaseURL = ConfigurationKey(
        "TODO_WORKER_DATABASE_URL", .url, secret: true,
        "PostgreSQL for outbox and pruning; DATABASE_URL when not set")
    static let trashRetention = ConfigurationKey(
        "TODO_TRASH_RETENTION_DAYS", .integer, default: "30", "how long tasks stay in the trash")
    static let changeRetention = ConfigurationKey(
        "TODO_CHANGES_RETENTION_DAYS", .integer, default: "90",
        "how long history and feed of changes reach back")
}

/// The connections of what works for nobody in particular: a login of its own can be kept away from users' rows.
struct WorkerDatabase: Service {
    /// Relay and pruning work one after another, each for itself.
    static let connections = 3
    let configuration: PostgresConfiguration
    let client: PostgresClient
    private let isOwn: Bool

    init(_ frame: ServiceFrame) throws {
        guard let url = frame.settings.given(TasksKeys.workerDatabaseURL) else {
            configuration = try frame.databaseConfiguration()
            client = try frame.database()
            isOwn = false
            return
        }
        var configuration = try PostgresConfiguration(url: url)
        configuration.maximumConnections = Self.connections
        configuration.statementTimeout = try frame.settings.duration(FrameKeys.statementTimeout)
        configuration.applicationName = "todo-\(frame.role.name)-worker"
        let client = PostgresClient(configuration, logger: frame.logger)
        frame.requires(ReadinessCheck("postgresql_worker") { (try? await client.ping()) != nil })
        self.configuration = configuration
        self.client = client
        isOwn = true
    }

    func run() async throws {
        try? await gracefulShutdown()
        // The frame closes its own.
        if isOwn { await client.close() }
    }
}
