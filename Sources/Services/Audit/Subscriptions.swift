import Dapr
import EventFlow
import FoundationEssentials
import TodoDomain

/// What audit listens to: everything but the live page's own traffic.
enum Subscriptions {
    static let table = Topic.all.filter { $0 != Topic.liveUpdates }.map { topic in
        EventRoute(topic: topic) { event, transaction in
            guard let occurred = Timestamp.date(from: event.envelope.time) else {
                throw EventRejected(reason: "bad_time")
            }
            try await EntryStore.record(event, occurredAt: occurred, in: transaction)
        }
    }
}
