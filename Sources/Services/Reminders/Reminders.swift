// Fires reminders: at the right instant, once, and traceable to the write that set them.
//
// What is set, moved, put off or taken away comes as events of `tasks`. Each event's handler writes one row, with the
// instant derived from the owner's terms and settings; no network is touched there. The row is the truth. A worker then
// sees to it that the sidecar has a job for each row that waits, under the reminder's own name, so that a change
// overwrites it. The job only wakes us: whether anything fires, and for which instant, the row says. A job that was lost,
// or came while nobody was there, is made up for by a search for what is due, twice a minute and at each start.
//
// A firing is one statement that takes the row from waiting to fired; replicas, a late job and the search may all try,
// and one of them succeeds. The request to tell the user, and the event that says so, are in the same transaction.
//
//   Subscriptions         which events are heard      ReminderOperations   what they mean for a row
//   Firing/               the claim, the search       Jobs/                what the sidecar is to know
//   Store/                all SQL
//
// Times that are past when they are set do not fire, but for a minute's grace; what was missed because nobody ran fires
// late. docs/reminders.md has the whole table.

import EventFlow
import FoundationEssentials
import Postgres
public import ServiceKit

/// The role `reminders`.
public enum Reminders {
    static let schema = "reminders"

    /// Everything the frame must know.
    public static let role = ServiceRole(
        name: "reminders", summary: "fires reminders when their time has come", port: 8083, adminPort: 9183,
        keys: FrameKeys.database + FrameKeys.sidecar + FrameKeys.consumer + [ZoneFiles.folder]
            + RemindersKeys.all,
        schema: schema,
        migrations: [
            Migration(
                name: "M0001_reminder",
                sql: String(decoding: PackageResources.M0001_reminder_sql, as: UTF8.self)),
            EventTables.inbox(in: schema), EventTables.deadLetters(in: schema),
            EventTables.outbox(in: schema), EventTables.outboxShards(in: schema),
        ],
        build: build)

    static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let database = try frame.database()
        let settings = frame.settings
        let operations = ReminderOperations(
            database: database, outbox: Outbox(schema: schema, source: frame.role.name),
            zones: try ZoneFiles(settings: settings))
        let concurrency = try settings.integer(RemindersKeys.concurrency, in: 1...100)
        let sweep = ReminderSweep(
            operations: operations,
            interval: .milliseconds(try settings.integer(RemindersKeys.poll, in: 100...3_600_000)),
            concurrency: concurrency, logger: frame.logger)
        let sidecar = try frame.sidecar()
        let worker = JobWorker(
            operations: operations, jobs: try settings.boolean(RemindersKeys.jobs) ? sidecar : nil,
            concurrency: concurrency, listening: try frame.databaseConfiguration(), logger: frame.logger)
        let upkeep = ReminderUpkeep(
            operations: operations, days: try settings.integer(RemindersKeys.retention, in: 1...3650),
            logger: frame.logger)
        let relay = OutboxRelay(
            outbox: operations.outbox, database: database, listening: try frame.databaseConfiguration(),
            dapr: sidecar, logger: frame.logger)
        ReminderMetrics.prepare()
        var parts = ServiceParts(
            routes: { _ in }, events: ReminderSubscriptions(operations: operations).table,
            services: [relay, upkeep, worker, sweep])
        parts.callbacks = SidecarCallbacks(
            jobs: [
                JobRoute(prefix: ReminderJob.prefix) { job in
                    try await operations.fire(byJob: job.name)
                }
            ],
            crons: [CronRoute("sweep") { try await sweep.round() }],
            // A round after a long outage has much to do; the next one goes on.
            limit: .seconds(25))
        return parts
    }
}
