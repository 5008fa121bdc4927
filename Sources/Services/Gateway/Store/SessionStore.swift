import FoundationEssentials
import Postgres

/// A session as the gateway keeps it.
struct Session: Sendable {
    let id: UUID
    let account: UUID
    let secretDigest: [UInt8]
    let createdAt: Date
    let refreshedAt: Date
    let expiresAt: Date
    let isRevoked: Bool
}

/// All SQL of sessions.
enum SessionStore {
    /// What tells the gateway's other replicas that a session was ended.
    static let channel = "identity_session_revoked"

    private static let columns: SQL =
        "s.id, s.account_id, s.secret_digest, s.created_at, s.refreshed_at, s.expires_at, s.revoked_at"

    static func insert(
        _ session: Session, family: UUID, in transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO identity.session
              (id, account_id, family, secret_digest, created_at, refreshed_at, expires_at)
            VALUES (\(session.id), \(session.account), \(family), \(session.secretDigest),
              \(session.createdAt), \(session.refreshedAt), \(session.expiresAt))
            """)
    }

    /// Reads a session with its account's address, and keeps others from changing it until the transaction ends.
    static func lock(
        family: UUID, in transaction: PostgresTransaction
    ) async throws -> (session: Session, email: String)? {
        try await transaction.query(
            """
            SELECT \(fragment: columns), a.email FROM identity.session AS s
            JOIN identity.account AS a ON a.id = s.account_id WHERE s.family = \(family) FOR UPDATE OF s
            """
        ).first.map { (try session($0), try $0.value("email")) }
    }

    /// Makes another secret the good one.
    static func rotate(
        _ id: UUID, to digest: [UInt8], at now: Date, expiresAt: Date, in transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            """
            UPDATE identity.session
            SET secret_digest = \(digest), refreshed_at = \(now), expires_at = \(expiresAt) WHERE id = \(id)
            """)
    }

    /// Ends sessions of an account, one or all, and tells the other replicas. Those ended before are left alone.
    static func revoke(
        _ id: UUID?, of account: UUID, in transaction: PostgresTransaction
    ) async throws -> [UUID] {
        var sql: SQL = """
            UPDATE identity.session SET revoked_at = now()
            WHERE account_id = \(account) AND revoked_at IS NULL AND expires_at > now()
            """
        if let id { sql = sql + " AND id = \(id)" }
        let ended: [UUID] = try await transaction.query(sql + " RETURNING id").map { try $0.value("id") }
        // In the transaction, unlike the relay's wake-up: this is rare, and no crash may come between the two.
        if !ended.isEmpty { try await transaction.notify(channel: channel) }
        return ended
    }

    /// Remembers the sessions of an account as ended after their rows are gone, and tells the other replicas.
    static func outlive(
        _ account: UUID, at now: Date, in transaction: PostgresTransaction
    ) async throws -> [UUID] {
        let ended: [UUID] = try await transaction.query(
            """
            INSERT INTO identity.ended_session (id, ended_at)
            SELECT id, \(now) FROM identity.session WHERE account_id = \(account) RETURNING id
            """
        ).map { try $0.value("id") }
        if !ended.isEmpty { try await transaction.notify(channel: channel) }
        return ended
    }

    static func list(
        of account: UUID, before cursor: UUID?, limit: Int, on database: PostgresClient
    ) async throws -> [Session] {
        var sql: SQL = """
            SELECT \(fragment: columns) FROM identity.session AS s
            WHERE s.account_id = \(account) AND s.revoked_at IS NULL AND s.expires_at > now()
            """
        if let cursor { sql = sql + " AND s.id < \(cursor)" }
        return try await database.query(sql + " ORDER BY s.id DESC LIMIT \(limit)").map(session)
    }

    /// Sessions that were ended a short while ago.
    static func revoked(within time: Duration, on database: PostgresClient) async throws -> [UUID] {
        try await database.query(
            """
            SELECT id FROM identity.session
            WHERE revoked_at > now() - make_interval(secs => \(Double(time.components.seconds)))
            UNION ALL
            SELECT id FROM identity.ended_session
            WHERE ended_at > now() - make_interval(secs => \(Double(time.components.seconds)))
            """
        ).map { try $0.value("id") }
    }

    /// Forgets sessions that nothing can come of any more.
    static func prune(on database: PostgresClient) async throws -> Int {
        try await database.execute(
            "DELETE FROM identity.ended_session WHERE ended_at < now() - interval '1 day'")
        return try await database.execute(
            """
            DELETE FROM identity.session
            WHERE expires_at < now() - interval '1 day' OR revoked_at < now() - interval '1 day'
            """)
    }

    private static func session(_ row: PostgresRow) throws -> Session {
        let revokedAt: Date? = try row.value("revoked_at")
        return Session(
            id: try row.value("id"), account: try row.value("account_id"),
            secretDigest: try row.value("secret_digest"), createdAt: try row.value("created_at"),
            refreshedAt: try row.value("refreshed_at"), expiresAt: try row.value("expires_at"),
            isRevoked: revokedAt != nil)
    }
}
