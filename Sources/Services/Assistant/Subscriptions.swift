import Dapr
import EventFlow
import FoundationEssentials
import TodoDomain

/// What the assistant listens to: where users are, and that they are gone.
enum UserSubscriptions {
    static let table = [
        EventRoute(topic: Topic.users, types: [EventType.userSettingsChanged]) { event, transaction in
            let change = try event.payload(as: UserSettingsChanged.self)
            try await PersonStore.keep(
                zone: change.settings.timeZone, of: change.userID.uuid,
                sequence: event.envelope.sequence ?? 0, in: transaction)
        },
        EventRoute(topic: Topic.users, types: [EventType.userDeleted]) { event, transaction in
            let gone = try event.payload(as: UserDeleted.self).userID.uuid
            try await PersonStore.forget(gone, at: Date(), in: transaction)
            try await DeadLetters.forget(user: gone.lowercased, schema: Assistant.schema, in: transaction)
        },
    ]
}
