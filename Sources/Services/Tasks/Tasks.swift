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
        keys: FrameKeys.database + FrameKeys.sidecar + [FrameKeys.serviceKeys, relays],
        schema: schema,
        migrations: [
            Migration(
                name: "M0001_task", sql: String(decoding: PackageResources.M0001_task_sql, as: UTF8.self)),
            EventTables.outbox(in: schema),
        ],
        build: build)

    static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let database = try frame.database()
        let outbox = Outbox(schema: schema, source: frame.role.name)
        let operations = TaskOperations(database: database, outbox: outbox)
        try await frame.acceptTokens()
        let relay = OutboxRelay(
            outbox: outbox, database: database, listening: try frame.databaseConfiguration(),
            dapr: try frame.sidecar(), logger: frame.logger)
        let bodyLimit = try frame.bodyLimit()
        return ServiceParts(
            routes: { TaskRoutes(operations: operations, bodyLimit: bodyLimit).add(to: $0) },
            services: try frame.settings.boolean(relays) ? [relay] : [])
    }
}
