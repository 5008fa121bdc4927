import Dapr
import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// What notifications listens to: requests, and the life of users.
enum EventSubscriptions {
    /// Writes the deliveries of a request of a user, made by an event.
    typealias Plan = @Sendable (NotificationRequested, UUID, String, PostgresTransaction) async throws -> Void

    static func table(plan: @escaping Plan) -> [EventRoute] {
        [
            EventRoute(topic: Topic.notifications, types: [EventType.notificationRequested]) {
                event, transaction in
                let request = try event.payload(as: NotificationRequested.self)
                guard let user = event.envelope.userID.flatMap({ UUID(uuidString: $0) }) else {
                    throw EventRejected(reason: "bad_envelope", detail: "missing /userid")
                }
                try await plan(request, user, event.envelope.id, transaction)
            },
            EventRoute(topic: Topic.users, types: [EventType.userSettingsChanged]) { event, transaction in
                let change = try event.payload(as: UserSettingsChanged.self)
                try await PersonStore.keep(
                    change.settings, of: change.userID.uuid, sequence: event.envelope.sequence ?? 0,
                    in: transaction)
            },
            EventRoute(topic: Topic.users, types: [EventType.userDeleted]) { event, transaction in
                let gone = try event.payload(as: UserDeleted.self).userID.uuid
                try await PersonStore.forget(gone, in: transaction)
                try await DeadLetters.forget(
                    user: gone.lowercased, schema: Notifications.schema, in: transaction)
            },
        ]
    }
}
