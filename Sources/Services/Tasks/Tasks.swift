// The task API: the one place where tasks are written.
//
// A write is one transaction: the task's row, locked first and one version further; the outbox row that tells of
// it; the entry in the log of changes, which history, undo and the feed of changes are read from; and, when the request
// has an Idempotency-Key, the answer, so that a repetition gets the same one. The relay then publishes; a consumer never
// reads this database. Optimistic writers say by If-Match which version they have seen; all others simply come one
// after another.
//
// Locks are taken in one order, so that nobody waits in a circle: the key, the shape of the user's tree, rows by id, and
// last the user's counter of changes.
//
// Every statement binds the user of the caller, and row-level security stands behind every statement: a transaction
// names its user once, and other rows do not exist for it. Relay and pruning act for nobody, on tables without users'
// rows or on what has expired, and can have a login of their own.
//
//   Routes/          HTTP, one file a resource
//   TaskOperations   the use cases; those that write are in Writes/, the others in Reads/
//   Writes/Write     one write as it happens: nothing is changed without being told and remembered
//   Series/          tasks that come again: scopes of a change, the next instance asked for, made and taken back
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
        keys: FrameKeys.database + FrameKeys.sidecar + FrameKeys.consumer
            + [
                FrameKeys.serviceKeys, TasksKeys.workerDatabaseURL, relays, TasksKeys.trashRetention,
                TasksKeys.changeRetention, ZoneFiles.folder,
            ],
        schema: schema,
        migrations: [
            Migration(
                name: "M0001_task", sql: String(decoding: PackageResources.M0001_task_sql, as: UTF8.self)),
            EventTables.outbox(in: schema),
            Migration(
                name: "M0002_trash", sql: String(decoding: PackageResources.M0002_trash_sql, as: UTF8.self)),
            Migration(
                name: "M0003_idempotency",
                sql: String(decoding: PackageResources.M0003_idempotency_sql, as: UTF8.self)),
            Migration(
                name: "M0004_row_level_security",
                sql: String(decoding: PackageResources.M0004_row_level_security_sql, as: UTF8.self)),
            EventTables.outboxShards(in: schema),
            Migration(
                name: "M0005_task_tree",
                sql: String(decoding: PackageResources.M0005_task_tree_sql, as: UTF8.self)),
            Migration(
                name: "M0006_list", sql: String(decoding: PackageResources.M0006_list_sql, as: UTF8.self)),
            Migration(
                name: "M0007_change", sql: String(decoding: PackageResources.M0007_change_sql, as: UTF8.self)),
            Migration(
                name: "M0008_template",
                sql: String(decoding: PackageResources.M0008_template_sql, as: UTF8.self)),
            migration("M0009_trash_readers", PackageResources.M0009_trash_readers_sql),
            EventTables.inbox(in: schema), EventTables.deadLetters(in: schema),
            EventTables.entityVersions(in: schema),
            migration("M0020_user_settings", PackageResources.M0020_user_settings_sql),
            migration("M0021_task_order", PackageResources.M0021_task_order_sql),
            migration("M0022_search", PackageResources.M0022_search_sql),
            migration("M0023_saved_filter", PackageResources.M0023_saved_filter_sql),
            migration("M0024_importance", PackageResources.M0024_importance_sql),
            migration("M0030_import", PackageResources.M0030_import_sql),
            migration("M0031_calendar_feed", PackageResources.M0031_calendar_feed_sql),
            migration("M0032_word_sweep", PackageResources.M0032_word_sweep_sql),
            migration("M0040_reminders", PackageResources.M0040_reminders_sql),
            migration("M0045_recurrence", PackageResources.M0045_recurrence_sql),
            migration("M0050_titles", PackageResources.M0050_titles_sql),
            migration("M0051_found_tasks", PackageResources.M0051_found_tasks_sql),
        ],
        build: build)

    private static func migration(_ name: String, _ sql: [UInt8]) -> Migration {
        Migration(name: name, sql: String(decoding: sql, as: UTF8.self))
    }

    static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let zones = try ZoneFiles(settings: frame.settings)
        let database = UserDatabase(try frame.database(), zones: zones)
        let outbox = Outbox(schema: schema, source: frame.role.name)
        let operations = TaskOperations(database: database, outbox: outbox)
        try await frame.acceptTokens()
        let worker = try WorkerDatabase(frame)
        let relay = OutboxRelay(
            outbox: outbox, database: worker.client, listening: worker.configuration,
            dapr: try frame.sidecar(), logger: frame.logger)
        let pruning = IdempotencyPruning(database: worker.client, logger: frame.logger)
        let purging = TrashPurging(
            operations: operations,
            trashDays: try frame.settings.integer(TasksKeys.trashRetention, in: 1...3650),
            changeDays: try frame.settings.integer(TasksKeys.changeRetention, in: 2...3650),
            logger: frame.logger)
        let bodyLimit = try frame.bodyLimit()
        let listing = TaskListing(database: database)
        let wakes = DerivationWakes()
        let derivation = Derivation(database: database, logger: frame.logger, wakes: wakes)
        return ServiceParts(
            routes: { router in
                TaskRoutes(operations: operations, bodyLimit: bodyLimit).add(to: router)
                ChangeRoutes(operations: operations, bodyLimit: bodyLimit).add(to: router)
                CollectionRoutes(operations: operations, bodyLimit: bodyLimit).add(to: router)
                TemplateRoutes(operations: operations, bodyLimit: bodyLimit).add(to: router)
                RecurrenceRoutes(operations: operations, zones: zones, bodyLimit: bodyLimit).add(to: router)
                PhraseRoutes(zones: zones, bodyLimit: bodyLimit).add(to: router)
                TaskQueryRoutes(listing: listing).add(to: router)
                ExchangeRoutes(operations: operations, bodyLimit: bodyLimit).add(to: router)
                CalendarRoutes(feeds: CalendarFeeds(database: database), bodyLimit: bodyLimit).add(to: router)
                SavedFilterRoutes(
                    filters: SavedFilterOperations(writes: operations), listing: listing,
                    bodyLimit: bodyLimit
                ).add(to: router)
            },
            events: TaskSubscriptions(wakes: wakes).table,
            services: try [worker, pruning, purging, derivation]
                + (frame.settings.boolean(relays) ? [relay] : []))
    }
}
