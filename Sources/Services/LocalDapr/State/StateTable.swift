import FoundationEssentials
import Postgres

/// The values of all state components, in the broker's database.
struct StateTable: Sendable {
    struct Item: Sendable {
        var value: [UInt8]
        var etag: String
        /// RFC 3339, for values with a limited life.
        var expires: String?
    }

    let database: PostgresClient

    func item(_ key: String, in store: String) async throws -> Item? {
        try await items([key], in: store)[key]
    }

    /// Values whose life is over are not seen, swept or not.
    func items(_ keys: [String], in store: String) async throws -> [String: Item] {
        let rows = try await database.query(
            """
            SELECT key, value, etag::text AS etag,
                to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS expires
            FROM broker.state
            WHERE store = \(store) AND key = ANY(\(keys)) AND (expires_at IS NULL OR expires_at > now())
            """)
        var items: [String: Item] = [:]
        for row in rows {
            items[try row.value("key")] = Item(
                value: try row.value("value"), etag: try row.value("etag"),
                expires: try row.value("expires"))
        }
        return items
    }

    func perform(_ change: StateChange, in store: String) async throws {
        try Self.check(change, affected: try await database.execute(try Self.statement(change, store)))
    }

    /// All of them or none.
    func perform(_ changes: [StateChange], in store: String) async throws {
        try await database.transaction { transaction in
            for change in changes {
                try Self.check(
                    change, affected: try await transaction.execute(try Self.statement(change, store)))
            }
        }
    }

    func removeExpired() async throws -> Int {
        try await database.execute("DELETE FROM broker.state WHERE expires_at <= now()")
    }

    private static func statement(_ change: StateChange, _ store: String) throws -> SQL {
        // What is no UUID cannot be anybody's version.
        let etag = try change.etag.map { text in
            guard let etag = UUID(uuidString: text) else { throw StateFailure.etagMismatch }
            return etag
        }
        switch change.kind {
        case .upsert(let value, let secondsToLive):
            let expires: SQL = "now() + make_interval(secs => \(secondsToLive)::double precision)"
            if let etag {
                return """
                    UPDATE broker.state SET value = \(value), etag = gen_random_uuid(), updated_at = now(),
                        expires_at = \(fragment: expires)
                    WHERE store = \(store) AND key = \(change.key) AND etag = \(etag)
                        AND (expires_at IS NULL OR expires_at > now())
                    """
            }
            let condition: SQL = change.isFirstWrite ? "WHERE state.expires_at <= now()" : ""
            return """
                INSERT INTO broker.state (store, key, value, etag, expires_at)
                VALUES (\(store), \(change.key), \(value), gen_random_uuid(), \(fragment: expires))
                ON CONFLICT (store, key) DO UPDATE SET value = excluded.value, etag = excluded.etag,
                    expires_at = excluded.expires_at, updated_at = now() \(fragment: condition)
                """
        case .delete:
            let condition: SQL = etag.map { "AND etag = \($0)" } ?? ""
            return """
                DELETE FROM broker.state
                WHERE store = \(store) AND key = \(change.key) \(fragment: condition)
                """
        }
    }

    private static func check(_ change: StateChange, affected: Int) throws {
        guard affected == 0 else { return }
        if change.etag != nil { throw StateFailure.etagMismatch }
        if case .upsert = change.kind { throw StateFailure.notUpdated }
    }
}
