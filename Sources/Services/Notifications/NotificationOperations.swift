import EventFlow
import FoundationEssentials
import Metrics
import Postgres
import TodoDomain

/// What a place to be told at can be, in this process.
struct OfferedChannels: Sendable {
    var email = false
    /// The key that browsers subscribe with; nil where there is no web push.
    var pushKey: String?
    var allowsPrivateAddresses = false
}

/// The use cases; everything that depends on time, chance or ids gets them from here.
struct NotificationOperations: Sendable {
    let database: PostgresClient
    let outbox: Outbox
    let zones: any ZoneSource
    let offered: OfferedChannels
    var identifiers = EventIdentifier()
    var now: @Sendable () -> Date = { Date() }
    var randomBytes: @Sendable (Int) -> [UInt8] = { count in
        (0..<count).map { _ in UInt8.random(in: .min ... .max) }
    }

    /// What workers listen to.
    static let wakeChannel = "notifications_due"

    /// Tells of one delivery what became of it, through the outbox.
    func tell(_ settled: SettledDelivery, in transaction: PostgresTransaction) async throws {
        let id = EntityID(settled.notificationID)
        let (type, payload): (String, any EventPayload)
        if let reason = settled.failure {
            type = EventType.notificationFailed
            payload = NotificationFailed(
                notificationID: id, channel: settled.channel, reason: reason, attempts: settled.attempts)
        } else {
            type = EventType.notificationDelivered
            payload = NotificationDelivered(
                notificationID: id, channel: settled.channel, attempts: settled.attempts)
        }
        let user = settled.userID.lowercased
        try await outbox.append(
            OutgoingEvent(
                topic: Topic.notifications, type: type, subject: settled.notificationID.lowercased,
                partitionKey: user, sequence: 1, userID: user, actor: "service",
                json: try WireJSON.encode(payload)), in: transaction)
    }

    /// Settles what waits for a place that is no more, or is paused.
    func abandon(subscription: UUID, in transaction: PostgresTransaction) async throws {
        let settled = try await DeliveryStore.fail(
            waitingFor: subscription, reason: .noAddress, at: now(), in: transaction)
        for delivery in settled { try await tell(delivery, in: transaction) }
    }
}

/// A delivery that will not be tried again.
struct SettledDelivery: Sendable {
    let notificationID: UUID
    let userID: UUID
    let channel: NotificationChannel
    let attempts: Int
    /// Nil when it arrived.
    var failure: NotificationFailed.Reason?
}
