import Dapr
import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// What audit listens to: everything but the live page's own traffic.
enum Subscriptions {
    /// The end of an account is recorded first, as everything is, and then renamed with the rest.
    static let table = Topic.all.filter { $0 != Topic.liveUpdates }.map(recording) + [forgetting]

    private static func recording(_ topic: String) -> EventRoute {
        EventRoute(topic: topic) { event, transaction in
            guard let occurred = Timestamp.date(from: event.envelope.time) else {
                throw EventRejected(reason: "bad_time")
            }
            try await EntryStore.record(event, occurredAt: occurred, in: transaction)
        }
    }

    private static let forgetting = EventRoute(topic: Topic.users, types: [EventType.userDeleted]) {
        event, transaction in
        let account = try event.payload(as: UserDeleted.self).userID.uuid.lowercased
        // Of chance alone, so that nothing leads back.
        try await EntryStore.rename(account, to: "gone-\(UUID().lowercased)", in: transaction)
        try await DeadLetters.forget(user: account, schema: Audit.schema, in: transaction)
    }
}
