// The audit log: an append-only record of every event and of every act that matters for security.
//
// It holds who did what to which entity and when: ids and words of ours, never a title or an address. An event is
// recorded once, however often it is delivered, because its id and its entry are written in one transaction.
// People may read what concerns their own account. When an account is closed its entries stay, under a pseudonym that is
// drawn by lot and written down nowhere else.

import EventFlow
import FoundationEssentials
import Postgres
public import ServiceKit

/// The role `audit`.
public enum Audit {
    static let schema = "audit"

    /// Everything the frame must know.
    public static let role = ServiceRole(
        name: "audit", summary: "append-only record of every event", port: 8085, adminPort: 9185,
        keys: FrameKeys.database + FrameKeys.sidecar + FrameKeys.consumer + [FrameKeys.serviceKeys],
        schema: schema,
        migrations: [
            Migration(
                name: "M0001_entry", sql: String(decoding: PackageResources.M0001_entry_sql, as: UTF8.self)),
            Migration(
                name: "M0002_gone", sql: String(decoding: PackageResources.M0002_gone_sql, as: UTF8.self)),
            EventTables.inbox(in: schema), EventTables.deadLetters(in: schema),
        ],
        build: build)

    static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let database = try frame.database()
        try await frame.acceptTokens()
        return ServiceParts(
            routes: { router in
                AuditRoutes(database: database).add(to: router)
                EventLogRoutes(database: database).add(to: router)
            }, events: Subscriptions.table)
    }
}
