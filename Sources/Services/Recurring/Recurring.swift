// Makes the next instance of a recurring task when one is completed: at the right local time, once, in the trace of the
// completion.
//
// The request comes as an event. Its handler writes in the event's own transaction what is to be done, and no more. A
// worker claims that for a while, counts the next occurrence by the rule, and asks the service `tasks` for it by Dapr
// invocation, with a token of its own for the user and a key per (series, occurrence): whatever happens on the way, a
// second try gets the instance of the first. What became of it is written down together with the event that tells of it.
//
// The instance itself is made where tasks are: texts of people never come here. Of users only the time zone is kept, by
// which dates and floating times are counted.
//
// While `tasks` is away, requests wait and are tried again with growing pauses. The cron binding `sweep` and the worker's
// own clock look for what is due, so that nothing depends on a signal that came when nobody listened.
//
//   Subscriptions    which events are heard          Generation/   worker, counting, asking
//   Store/           all SQL                         Migrations/   the schema `recurring`

import EventFlow
import FoundationEssentials
import Postgres
public import ServiceKit
import TodoDomain

/// The role `recurring`.
public enum Recurring {
    static let schema = "recurring"

    /// Everything the frame must know.
    public static let role = ServiceRole(
        name: "recurring", summary: "makes the next instance of recurring tasks", port: 8084,
        adminPort: 9184,
        keys: FrameKeys.database + FrameKeys.sidecar + FrameKeys.consumer
            + [ServiceTokenSigner.signingKey, ZoneFiles.folder] + RecurringKeys.all,
        schema: schema,
        migrations: [
            Migration(
                name: "M0001_occurrence",
                sql: String(decoding: PackageResources.M0001_occurrence_sql, as: UTF8.self)),
            EventTables.inbox(in: schema), EventTables.deadLetters(in: schema),
            EventTables.outbox(in: schema), EventTables.outboxShards(in: schema),
        ],
        build: build)

    static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let database = try frame.database()
        let settings = frame.settings
        let signer = try await ServiceTokenSigner(
            role: frame.role.name, settings: settings, scopes: ["tasks:write"])
        let wake = WorkSignal()
        let worker = GenerationWorker(
            store: OccurrenceStore(database: database),
            outbox: Outbox(schema: schema, source: frame.role.name),
            tasks: TaskService(dapr: try frame.sidecar(), token: signer.token(actingFor:)),
            zones: try ZoneFiles(settings: settings), limits: try GenerationLimits(settings), wake: wake,
            listening: try frame.databaseConfiguration(), logger: frame.logger)
        let relay = OutboxRelay(
            outbox: Outbox(schema: schema, source: frame.role.name), database: database,
            listening: try frame.databaseConfiguration(), dapr: try frame.sidecar(), logger: frame.logger)
        var parts = ServiceParts(
            routes: { _ in }, events: OccurrenceSubscriptions.table, services: [relay, worker])
        parts.callbacks = SidecarCallbacks(crons: [CronRoute("/sweep") { wake.signal() }])
        return parts
    }
}
