import Crypto
import EventFlow
import FoundationEssentials
import Postgres
import ServiceKit
import TodoDomain

/// The secret address of a user's calendar. Only its digest is kept: who reads the database cannot read calendars.
struct CalendarFeeds: Sendable {
    /// Most tasks of a calendar; those that were touched last.
    static let mostTasks = 5000

    let database: UserDatabase
    var random: @Sendable () -> [UInt8] = { (0..<32).map { _ in UInt8.random(in: .min ... .max) } }
    var now: @Sendable () -> Date = { Date() }

    /// Since when there is an address; nil when there is none.
    func createdAt(of caller: Caller) async throws -> Date? {
        let user = caller.userID
        return try await database.reading(for: user).query(
            "SELECT created_at FROM tasks.calendar_feed WHERE user_id = \(user)"
        ).first?.value("created_at")
    }

    /// Makes an address; an earlier one leads nowhere from then on. This is the only time that it can be told.
    func rotate(of caller: Caller) async throws -> String {
        let (user, now) = (caller.userID, now())
        let secret = base64URLEncoded(Data(random()))
        let digest = Self.digest(secret)
        _ = try await database.transaction(for: user) { transaction in
            try await transaction.execute(
                """
                INSERT INTO tasks.calendar_feed (user_id, digest, created_at) VALUES (\(user), \(digest), \(now))
                ON CONFLICT (user_id) DO UPDATE SET digest = excluded.digest, created_at = excluded.created_at
                """)
        }
        return secret
    }

    /// Makes the address lead nowhere; false when there was none.
    func revoke(of caller: Caller) async throws -> Bool {
        let user = caller.userID
        return try await database.transaction(for: user) { transaction in
            try await transaction.execute("DELETE FROM tasks.calendar_feed WHERE user_id = \(user)") == 1
        }
    }

    /// The calendar at an address; nil for one that leads nowhere, whether or not it ever led anywhere.
    func calendar(at secret: String) async throws -> [UInt8]? {
        guard (20...100).contains(secret.utf8.count) else { return nil }
        let rows = try await database.client.query(
            "SELECT user_id FROM tasks.calendar_feed WHERE digest = \(Self.digest(secret))",
            settings: ["app.calendar_digest": Self.digest(secret)])
        guard let user: UUID = try rows.first?.value("user_id") else { return nil }
        let recently = now().addingTimeInterval(-30 * 24 * 60 * 60)
        let tasks = try await TaskStore(connection: database.listing(for: user)).tasks(
            """
            SELECT \(fragment: TaskRows.columns) FROM tasks.task
            WHERE user_id = \(user) AND deleted_at IS NULL AND (status = 'open' OR completed_at > \(recently))
            ORDER BY updated_at DESC, id DESC LIMIT \(Self.mostTasks)
            """)
        var calendar = CalendarText(zones: database.zones)
        for task in tasks { calendar.add(task) }
        return calendar.finished()
    }

    private static func digest(_ secret: String) -> String {
        base64URLEncoded(Data(SHA256.hash(data: Data(secret.utf8))))
    }
}
