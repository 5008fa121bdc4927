import FoundationEssentials
import Postgres
import TodoDomain

/// The settings of a user as far as reminders need them.
struct Person: Sendable, Equatable {
    var timeZone = "UTC"
    var defaultReminderTime = "09:00"
}

/// All SQL on users.
enum PersonStore {
    /// Reads a user's settings and keeps them as they are until the transaction ends; nil for somebody who is gone.
    static func hold(_ user: UUID, in transaction: PostgresTransaction) async throws -> Person? {
        let select: SQL = """
            SELECT time_zone, default_reminder_time, is_gone FROM reminders.person WHERE user_id = \(user) FOR SHARE
            """
        var rows = try await transaction.query(select)
        if rows.isEmpty {
            try transaction.send(
                "INSERT INTO reminders.person (user_id) VALUES (\(user)) ON CONFLICT (user_id) DO NOTHING")
            rows = try await transaction.query(select)
        }
        guard let row = rows.first, try row.value("is_gone", as: Bool.self) == false else { return nil }
        return try person(row)
    }

    static func person(_ row: PostgresRow) throws -> Person {
        Person(
            timeZone: try row.value("time_zone"),
            defaultReminderTime: try row.value("default_reminder_time"))
    }

    /// Keeps newer settings; false when nothing has changed that a reminder depends on.
    static func keep(
        _ settings: UserSettings, of user: UUID, sequence: Int64, in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            INSERT INTO reminders.person AS known (user_id, time_zone, default_reminder_time, settings_sequence)
            VALUES (\(user), \(settings.timeZone), \(settings.defaultReminderTime), \(sequence))
            ON CONFLICT (user_id) DO UPDATE SET time_zone = excluded.time_zone,
              default_reminder_time = excluded.default_reminder_time,
              settings_sequence = excluded.settings_sequence
            WHERE known.settings_sequence <= excluded.settings_sequence AND NOT known.is_gone
            """) == 1
    }

    static func erase(_ user: UUID, in transaction: PostgresTransaction) async throws {
        try await transaction.execute(
            """
            INSERT INTO reminders.person (user_id, is_gone) VALUES (\(user), true)
            ON CONFLICT (user_id) DO UPDATE SET is_gone = true, time_zone = 'UTC',
              default_reminder_time = '09:00'
            """)
    }
}
