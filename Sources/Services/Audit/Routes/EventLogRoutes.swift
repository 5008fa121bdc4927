import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Postgres
import ServiceKit

/// `/api/v1/event-log`: the events of all users as they were recorded, for operators. Metadata only; there is
/// no payload in the log.
struct EventLogRoutes: Sendable {
    let database: PostgresClient

    func add(to router: ServiceRouter) {
        router.onOperation(.get, "/api/v1/event-log") { request, _ in
            var query = try QueryParameters(request)
            let topic = query.take("topic")
            let limit = try query.takeLimit(default: QueryParameters.largestPage)
            let after = try query.takeCursor(Self.position)
            try query.refuseRest()
            let events = try await EntryStore.log(topic: topic, after: after, limit: limit, on: database)
            return try .json(["items": events])
        }
    }

    private static func position(_ cursor: String) -> Int64? { Int64(cursor) }
}
