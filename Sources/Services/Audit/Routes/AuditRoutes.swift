import EventFlow
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Postgres
import ServiceKit

/// `/api/v1/audit`: the entries that concern the caller's own account.
struct AuditRoutes: Sendable {
    let database: PostgresClient

    func add(to router: ServiceRouter) {
        router.on(.get, "/api/v1/audit", access: .signedIn(scope: "audit:read")) { request, context in
            let caller = try context.requireCaller()
            var query = try QueryParameters(request)
            let subject = query.take("subject")
            let limit = try query.takeLimit()
            let before = try query.takeCursor(Self.position)
            try query.refuseRest()
            let rows = try await EntryStore.list(
                of: caller.userID.lowercased, subject: subject, before: before, limit: limit + 1, on: database
            )
            return try .json(Page(rows: rows, limit: limit) { "a1.\($0.position)" })
        }
    }

    /// Where a page ended; opaque to clients.
    private static func position(_ cursor: String) -> Int64? {
        cursor.hasPrefix("a1.") ? Int64(cursor.dropFirst(3)) : nil
    }
}
