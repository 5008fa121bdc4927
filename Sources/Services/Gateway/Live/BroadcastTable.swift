import Dapr
import EventFlow
import FoundationEssentials
import TodoDomain

/// What every replica of the gateway hears, and passes on to open pages.
enum BroadcastTable {
    static func routes(to live: LiveUpdates) -> [BroadcastRoute] {
        [
            BroadcastRoute(topic: Topic.liveUpdates, types: [EventType.changeRecorded]) { event in
                let payload = try event.payload(as: ChangeRecorded.self)
                let envelope = event.envelope
                live.deliver(
                    StreamedChange(
                        change: payload.change, entity: payload.entity.text,
                        id: payload.entityID.uuid.lowercased, type: payload.type, version: payload.version,
                        actor: envelope.actor ?? "service", at: envelope.time),
                    to: try owner(of: event))
            },
            BroadcastRoute(topic: Topic.notifications, types: [EventType.notificationRequested]) { event in
                let payload = try event.payload(as: NotificationRequested.self)
                guard isForPages(payload) else { return }
                live.deliver(
                    notification: payload.notificationID.uuid.lowercased, StreamedNotification(payload),
                    to: try owner(of: event))
            },
        ]
    }

    private static func owner(of event: ReceivedEvent) throws -> UUID {
        guard let user = event.envelope.userID.flatMap({ UUID(uuidString: $0) }) else {
            throw EventRejected(reason: "no_user")
        }
        return user
    }

    /// Where nothing is said, the user's own choice counts, which the page knows. Mail of an account is mail.
    static func isForPages(_ request: NotificationRequested, now: Date = Date()) -> Bool {
        guard request.template.known != .accountMail, request.expiresAt ?? .distantFuture > now else {
            return false
        }
        return request.channels?.contains { $0.known == .page } ?? true
    }
}

/// A notification as open pages are told of it.
struct StreamedNotification: Encodable, Sendable {
    let notificationID: EntityID
    let template: String
    let taskID: EntityID?
    let reminderID: EntityID?
    let values: [String: String]
    let expiresAt: Date?

    init(_ request: NotificationRequested) {
        notificationID = request.notificationID
        template = request.template.text
        taskID = request.taskID
        reminderID = request.reminderID
        values = request.values
        expiresAt = request.expiresAt
    }
}
