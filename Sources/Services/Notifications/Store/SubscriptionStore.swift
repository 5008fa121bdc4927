import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// A place where a user wants to be told.
struct Subscription: Sendable {
    let id: UUID
    let userID: UUID
    let channel: NotificationChannel
    /// A URL or a mail address; only its owner sees it.
    let destination: String
    /// What places under way are counted by.
    let host: String
    var secret: String?
    var pushKey: String?
    var pushSecret: String?
    var isEnabled = true
    var confirmedAt: Date?
    let createdAt: Date

    /// Whether both were made by the same request.
    func leads(where other: Subscription) -> Bool {
        channel == other.channel && destination == other.destination && pushKey == other.pushKey
            && pushSecret == other.pushSecret
    }
}

/// All SQL on subscriptions.
enum SubscriptionStore {
    static let columns: SQL = """
        s.id, s.user_id, s.channel, s.destination, s.host, s.secret, s.push_key, s.push_secret, s.is_enabled,
        s.confirmed_at, s.created_at
        """

    static func subscription(_ row: PostgresRow) throws -> Subscription {
        let word: String = try row.value("channel")
        guard let channel = NotificationChannel(rawValue: word) else {
            throw PostgresError.decoding(column: "channel", reason: "not a channel")
        }
        return Subscription(
            id: try row.value("id"), userID: try row.value("user_id"), channel: channel,
            destination: try row.value("destination"), host: try row.value("host"),
            secret: try row.value("secret"), pushKey: try row.value("push_key"),
            pushSecret: try row.value("push_secret"), isEnabled: try row.value("is_enabled"),
            confirmedAt: try row.value("confirmed_at"), createdAt: try row.value("created_at"))
    }

    static func list(of user: UUID, on database: PostgresClient) async throws -> [Subscription] {
        try await database.query(
            """
            SELECT \(fragment: columns) FROM notifications.subscription AS s WHERE s.user_id = \(user)
            ORDER BY s.created_at, s.id
            """
        ).map(subscription)
    }

    /// Those that something can be sent to, in an order that does not change. They stay until the transaction ends, so
    /// that nothing is planned for a place that goes meanwhile.
    static func usable(of user: UUID, in transaction: PostgresTransaction) async throws -> [Subscription] {
        try await transaction.query(
            """
            SELECT \(fragment: columns) FROM notifications.subscription AS s
            WHERE s.user_id = \(user) AND s.is_enabled AND s.confirmed_at IS NOT NULL ORDER BY s.created_at, s.id
            FOR KEY SHARE
            """
        ).map(subscription)
    }

    /// One of the user's places, locked: nothing is planned for it until the transaction ends.
    static func find(
        _ id: UUID, of user: UUID, in transaction: PostgresTransaction
    ) async throws -> Subscription? {
        try await transaction.query(
            """
            SELECT \(fragment: columns) FROM notifications.subscription AS s
            WHERE s.id = \(id) AND s.user_id = \(user) FOR UPDATE
            """
        ).first.map(subscription)
    }

    /// What a request with the same key made before.
    static func made(
        by key: String, of user: UUID, in transaction: PostgresTransaction
    ) async throws -> Subscription? {
        try await transaction.query(
            """
            SELECT \(fragment: columns) FROM notifications.subscription AS s
            WHERE s.user_id = \(user) AND s.creation_key = \(key)
            """
        ).first.map(subscription)
    }

    static func count(of user: UUID, in transaction: PostgresTransaction) async throws -> Int {
        guard
            let row = try await transaction.query(
                "SELECT count(*) FROM notifications.subscription WHERE user_id = \(user)"
            ).first
        else { return 0 }
        return try row.value(at: 0)
    }

    /// False when the user has it already.
    static func insert(
        _ new: Subscription, codeHash: String?, key: String?, in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            INSERT INTO notifications.subscription
              (id, user_id, channel, destination, host, secret, push_key, push_secret, code_hash, confirmed_at,
               creation_key, created_at)
            VALUES (\(new.id), \(new.userID), \(new.channel.rawValue), \(new.destination), \(new.host), \(new.secret),
              \(new.pushKey), \(new.pushSecret), \(codeHash), \(new.confirmedAt), \(key), \(new.createdAt))
            ON CONFLICT (user_id, channel, destination) DO NOTHING
            """) == 1
    }

    static func enable(_ id: UUID, _ isEnabled: Bool, in transaction: PostgresTransaction) async throws {
        try await transaction.execute(
            "UPDATE notifications.subscription SET is_enabled = \(isEnabled) WHERE id = \(id)")
    }

    /// Counts a guess, whatever it is; false when there were too many, or it is wrong.
    static func confirm(
        _ id: UUID, of user: UUID, codeHash: String, mostGuesses: Int, at now: Date,
        on database: PostgresClient
    ) async throws -> Bool {
        try await database.query(
            """
            UPDATE notifications.subscription SET code_attempts = code_attempts + 1,
              confirmed_at = CASE WHEN code_hash = \(codeHash) THEN coalesce(confirmed_at, \(now)::timestamptz)
                ELSE confirmed_at END
            WHERE id = \(id) AND user_id = \(user) AND code_attempts < \(mostGuesses)
            RETURNING coalesce(code_hash = \(codeHash), false)
            """
        ).first.map { try $0.value(at: 0) } ?? false
    }

    @discardableResult
    static func remove(_ id: UUID, in transaction: PostgresTransaction) async throws -> Bool {
        try await transaction.execute("DELETE FROM notifications.subscription WHERE id = \(id)") == 1
    }
}
