import Dapr
import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// What recurring listens to: occurrences that are asked for, and the life of users.
///
/// Its own events come back to it on the same topic; their types have no route here.
enum OccurrenceSubscriptions {
    /// What workers listen to.
    static let wakeChannel = "recurring_due"

    static let table: [EventRoute] = [
        EventRoute(topic: Topic.recurring, types: [EventType.occurrenceDue]) { event, transaction in
            let due = try event.payload(as: OccurrenceDue.self)
            guard let user = event.envelope.userID.flatMap({ UUID(uuidString: $0) }) else {
                throw EventRejected(reason: "bad_envelope", detail: "missing /userid")
            }
            try await OccurrenceStore.note(due, of: user, at: Date(), in: transaction)
            transaction.notifyAfterCommit(channel: wakeChannel)
        },
        EventRoute(topic: Topic.users, types: [EventType.userSettingsChanged]) { event, transaction in
            let change = try event.payload(as: UserSettingsChanged.self)
            try await PersonStore.keep(
                change.settings.timeZone, of: change.userID.uuid, sequence: event.envelope.sequence ?? 0,
                in: transaction)
        },
        EventRoute(topic: Topic.users, types: [EventType.userDeleted]) { event, transaction in
            let gone = try event.payload(as: UserDeleted.self).userID.uuid
            try await PersonStore.forget(
                gone, sequence: event.envelope.sequence ?? .max, in: transaction)
            try await DeadLetters.forget(user: gone.lowercased, schema: Recurring.schema, in: transaction)
        },
    ]
}
