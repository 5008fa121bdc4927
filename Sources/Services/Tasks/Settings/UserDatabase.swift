import EventFlow
import FoundationEssentials
import Metrics
import Postgres
import Synchronization
import TodoDomain

/// The database as one user sees it at a time: row-level security for what is read, and the owner's settings for what
/// is derived and written.
///
/// Settings are kept in memory. A transaction that derived something from them says so in its last packet, and the
/// database refuses it if they have changed; it is then done again with the new ones. So writes cost no round trip for
/// settings, and none by old settings is ever committed after the change.
final class UserDatabase: Sendable {
    let client: PostgresClient
    let zones: any ZoneSource
    private let known = Mutex<[UUID: OwnerSettings]>([:])
    /// Some hundred bytes each.
    private let limit: Int

    init(_ client: PostgresClient, zones: any ZoneSource, remembering limit: Int = 20_000) {
        self.client = client
        self.zones = zones
        self.limit = limit
    }

    /// What reads the rows of one user only, each statement in a transaction of its own and in one round trip.
    func reading(for user: UUID) -> UserReads {
        UserReads(database: client, user: user)
    }

    /// The same for many rows at a time.
    func listing(for user: UUID) -> UserReads {
        UserReads(database: client, user: user, usesIndexesOnly: true)
    }

    /// The settings as they are now.
    func settings(of user: UUID) async throws -> OwnerSettings {
        let settings = try await OwnerSettingsStore.read(of: user, by: reading(for: user))
        known.withLock { known in
            if known.count >= limit { known.removeAll() }
            known[user] = settings
        }
        return settings
    }

    /// A transaction that sees the rows of one user only, whatever its statements ask for.
    ///
    /// The setting travels with BEGIN and the first statement, so it costs no round trip. The body may run more than
    /// once; what it did before is then rolled back.
    func transaction<T: Sendable>(
        for user: UUID, _ body: (PostgresTransaction) async throws -> T
    ) async throws -> T {
        var attempt = 1
        while true {
            let view = OwnerView(zones: zones, settings: known.withLock { $0[user] })
            do {
                return try await once(for: user, view, body)
            } catch is SettingsNeeded where attempt < Self.attempts {
            } catch let error as PostgresError {
                guard error.sqlState == Self.changed, attempt < Self.attempts else { throw error }
                Counter(label: "todo.settings.conflicts").increment()
            }
            attempt += 1
            _ = try await settings(of: user)
        }
    }

    /// Each further one needs another change of the same user's settings within a transaction's length.
    private static let attempts = 16
    /// What `tasks.require_settings` raises.
    private static let changed = "TD001"

    private func once<T: Sendable>(
        for user: UUID, _ view: OwnerView, _ body: (PostgresTransaction) async throws -> T
    ) async throws -> T {
        try await client.transaction(settings: ["app.user_id": user.lowercased]) { transaction in
            let value = try await OwnerView.$current.withValue(view) { try await body(transaction) }
            if view.wasUsed, let settings = view.settings {
                try transaction.send("SELECT tasks.require_settings(\(settings.version)::bigint)")
            }
            return value
        }
    }
}
