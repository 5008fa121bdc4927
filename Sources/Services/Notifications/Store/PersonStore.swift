import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// What is known of a user: the settings that events gave, and the preferences that are kept here.
struct Person: Sendable {
    var timeZone = "UTC"
    var quietFrom: TimeOfDay?
    var quietTo: TimeOfDay?
    var preferences = Preferences()
}

/// All SQL on users.
enum PersonStore {
    static func person(_ user: UUID, on database: PostgresClient) async throws -> Person {
        try person(of: try await database.query(select(user)))
    }

    /// How a user's row is held until the transaction ends.
    enum Hold {
        /// It stays as it is: what is planned follows from it.
        case asItIs
        /// One at a time does something for the user.
        case alone
    }

    /// A user, held; nil for somebody who is gone.
    static func hold(
        _ user: UUID, _ hold: Hold, in transaction: PostgresTransaction
    ) async throws -> Person? {
        let lock: SQL = hold == .alone ? " FOR UPDATE" : " FOR SHARE"
        var rows = try await transaction.query(select(user) + lock)
        if rows.isEmpty {
            try transaction.send(
                "INSERT INTO notifications.person (user_id) VALUES (\(user)) ON CONFLICT (user_id) DO NOTHING"
            )
            rows = try await transaction.query(select(user) + lock)
        }
        guard let row = rows.first, try row.value("is_gone", as: Bool.self) == false else { return nil }
        return try person(of: rows)
    }

    private static func select(_ user: UUID) -> SQL {
        """
        SELECT time_zone, quiet_from, quiet_to, preferences, is_gone FROM notifications.person
        WHERE user_id = \(user)
        """
    }

    private static func person(of rows: [PostgresRow]) throws -> Person {
        guard let row = rows.first else { return Person() }
        let (from, to): (String?, String?) = (try row.value("quiet_from"), try row.value("quiet_to"))
        let preferences: String? = try row.value("preferences")
        return Person(
            timeZone: try row.value("time_zone"), quietFrom: from.flatMap(TimeOfDay.init),
            quietTo: to.flatMap(TimeOfDay.init),
            preferences: try preferences.map { try WireJSON.decode(Preferences.self, from: Array($0.utf8)) }
                ?? Preferences())
    }

    /// Keeps a user's settings, unless newer ones are known.
    static func keep(
        _ settings: UserSettings, of user: UUID, sequence: Int64, in transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO notifications.person AS known
              (user_id, time_zone, quiet_from, quiet_to, settings_sequence)
            VALUES (\(user), \(settings.timeZone), \(settings.quietHours?.from), \(settings.quietHours?.to),
              \(sequence))
            ON CONFLICT (user_id) DO UPDATE SET time_zone = excluded.time_zone, quiet_from = excluded.quiet_from,
              quiet_to = excluded.quiet_to, settings_sequence = excluded.settings_sequence
            WHERE known.settings_sequence <= excluded.settings_sequence AND NOT known.is_gone
            """)
    }

    /// Changes the preferences; nil for somebody who is gone.
    static func change(
        _ user: UUID, by patch: PreferencesPatch, on database: PostgresClient
    ) async throws -> Preferences? {
        try await database.transaction { transaction in
            guard let person = try await hold(user, .alone, in: transaction) else { return nil }
            let preferences = patch.applied(to: person.preferences)
            let text = String(decoding: try WireJSON.encode(preferences), as: UTF8.self)
            try await transaction.execute(
                "UPDATE notifications.person SET preferences = \(text) WHERE user_id = \(user)")
            return preferences
        }
    }

    /// Everything of the user goes but a mark, so that what comes late finds nobody; what is under way meanwhile finds
    /// nothing to write to.
    static func forget(_ user: UUID, in transaction: PostgresTransaction) async throws {
        try transaction.send(
            """
            INSERT INTO notifications.person (user_id, is_gone) VALUES (\(user), true)
            ON CONFLICT (user_id) DO UPDATE SET is_gone = true, time_zone = 'UTC', quiet_from = NULL,
              quiet_to = NULL, preferences = NULL
            """)
        try transaction.send("DELETE FROM notifications.message WHERE user_id = \(user)")
        try transaction.send("DELETE FROM notifications.delivery WHERE user_id = \(user)")
        try await transaction.execute("DELETE FROM notifications.subscription WHERE user_id = \(user)")
    }
}
