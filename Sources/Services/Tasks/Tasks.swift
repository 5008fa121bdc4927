// The task API: the one place where tasks are written.
//
// A write is one transaction: the task's row, and the outbox row that tells of it. The relay then publishes; a
// consumer never reads this database. Every statement binds the user of the caller.
//
//   Routes/          HTTP, one file a resource
//   TaskOperations   the use cases
//   Store/           all SQL
//   Migrations/      the schema `tasks`

import EventFlow
import FoundationEssentials
import Postgres
public import ServiceKit

/// The role `tasks`.
public enum Tasks {
    static let schema = "tasks"
    static let relays = ConfigurationKey(
        "TODO_OUTBOX_RELAY", .boolean, default: "true", "whether this process sends the events of the outbox")

    /// Everything the frame must know.
    public static let role = ServiceRole(
        name: "tasks", summary: "the task API and its outbox", port: 8081, adminPort: 9181,
        keys: FrameKeys.database + [workerURL, relays] + FrameKeys.sidecar + [FrameKeys.serviceKeys],
        schema: schema,
        migrations: [
            Migration(
                name: "M0001_task", sql: String(decoding: PackageResources.M0001_task_sql, as: UTF8.self)),
            EventTables.outbox(in: schema),
        ],
        build: build)

    private static let workerURL = ConfigurationKey(
        "TODO_WORKER_DATABASE_URL", .url, secret: true,
        "PostgreSQL, as the login that sends events; DATABASE_URL when left out")

    static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let database = try frame.database()
        let listening = try workerConfiguration(frame)
        let outbox = Outbox(schema: schema, source: frame.role.name)
        let operations = TaskOperations(database: database, outbox: outbox)
        try await frame.acceptTokens()
        let relay = OutboxRelay(
            outbox: outbox, database: PostgresClient(listening, logger: frame.logger), listening: listening,
            dapr: try frame.sidecar(), logger: frame.logger)
        let bodyLimit = try frame.bodyLimit()
        return ServiceParts(
            routes: { TaskRoutes(operations: operations, bodyLimit: bodyLimit).add(to: $0) },
            services: try frame.settings.boolean(relays) ? [relay] : [])
    }

    private static func workerConfiguration(_ frame: ServiceFrame) throws -> PostgresConfiguration {
        var configuration = try frame.databaseConfiguration()
        guard let url = frame.settings.given(workerURL) else { return configuration }
        let limit = configuration.statementTimeout
        configuration = try PostgresConfiguration(url: url)
        configuration.statementTimeout = limit
        configuration.maximumConnections = 3
        configuration.applicationName = "todo-tasks-worker"
        return configuration
    }
}
