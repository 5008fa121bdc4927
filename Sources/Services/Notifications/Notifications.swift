// Tells people what others ask for, on the channels they chose, until it has arrived or is of no use any more.
//
// A request comes as an event. Its handler writes, in the event's own transaction, one delivery for each place where the
// user wants to be told, with the moment from which it may go out: now, after the quiet hours, or at the time of the daily
// digest. No network is touched there. A worker then gathers what is due into messages, claims them for a while, sends
// them outside of any transaction, and writes down what became of them together with the events that tell of it.
//
// What one place is sent at once is one message when it is much. A message keeps its identifier, that of its first event,
// over all attempts, so that whoever got it before a crash of ours knows it again. Replicas share the work by row locks; a
// claim lapses by itself when its holder dies.
//
//   Subscriptions    which events are heard          Planning      what a request means for a user: where and when
//   Delivery/        worker, claims, pauses          Channels/     webhook, e-mail, web push
//   Routes/          HTTP                            Store/        all SQL
//
// Users name the servers that webhooks and pushes go to. So the addresses are looked at when the connection is made,
// redirections are followed by hand through the same door, a destination has a few places at a time and no more, and no
// span, metric or log names it.

import CurlHTTP
import EventFlow
import FoundationEssentials
import Postgres
public import ServiceKit
import TodoDomain

/// The role `notifications`.
public enum Notifications {
    static let schema = "notifications"

    /// Everything the frame must know.
    public static let role = ServiceRole(
        name: "notifications", summary: "tells users by webhook, e-mail and web push", port: 8086,
        adminPort: 9186,
        keys: FrameKeys.database + FrameKeys.sidecar + FrameKeys.consumer
            + [FrameKeys.serviceKeys, ZoneFiles.folder] + NotificationKeys.all,
        schema: schema,
        migrations: [
            Migration(
                name: "M0001_notification",
                sql: String(decoding: PackageResources.M0001_notification_sql, as: UTF8.self)),
            Migration(
                name: "M0002_person_gone",
                sql: String(decoding: PackageResources.M0002_person_gone_sql, as: UTF8.self)),
            EventTables.inbox(in: schema), EventTables.deadLetters(in: schema),
            EventTables.outbox(in: schema), EventTables.outboxShards(in: schema),
        ],
        build: build)

    static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let database = try frame.database()
        let settings = frame.settings
        let zones = try ZoneFiles(settings: settings)
        try await frame.acceptTokens()
        let outbox = Outbox(schema: schema, source: frame.role.name)
        let channels = try await OutgoingChannels(settings)
        let operations = NotificationOperations(
            database: database, outbox: outbox, zones: zones, offered: channels.offer)
        let worker = DeliveryWorker(
            operations: operations, channels: channels, limits: try DeliveryLimits(settings),
            listening: try frame.databaseConfiguration(), logger: frame.logger)
        let upkeep = LogPruning(
            operations: operations, days: try settings.integer(NotificationKeys.logRetention, in: 1...3650),
            logger: frame.logger)
        let relay = OutboxRelay(
            outbox: outbox, database: database, listening: try frame.databaseConfiguration(),
            dapr: try frame.sidecar(), logger: frame.logger)
        let bodyLimit = min(try frame.bodyLimit(), 65_536)
        return ServiceParts(
            routes: { router in
                PreferenceRoutes(operations: operations, bodyLimit: bodyLimit).add(to: router)
                SubscriptionRoutes(operations: operations, bodyLimit: bodyLimit).add(to: router)
                DeliveryRoutes(operations: operations, bodyLimit: bodyLimit).add(to: router)
            },
            events: EventSubscriptions.table { request, user, event, transaction in
                try await operations.plan(request, of: user, eventID: event, in: transaction)
            },
            services: [channels, relay, upkeep, worker])
    }
}
