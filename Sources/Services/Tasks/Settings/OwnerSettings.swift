import FoundationEssentials
import Postgres
import TodoDomain

/// The settings of a user as far as tasks need them.
struct OwnerSettings: Sendable, Equatable {
    var timeZone = "UTC"
    var weekStart = Weekday.monday
    var defaultReminderTime = "09:00"
    /// The sequence of the event that brought them; 0 for a user who never changed any.
    var version: Int64 = 0
}

/// All SQL of settings.
enum OwnerSettingsStore {
    static func read(of user: UUID, by reader: some StatementReader) async throws -> OwnerSettings {
        let rows = try await reader.query(
            """
            SELECT time_zone, week_start, default_reminder_time, version FROM tasks.user_settings
            WHERE user_id = \(user)
            """)
        guard let row = rows.first else { return OwnerSettings() }
        return OwnerSettings(
            timeZone: try row.value("time_zone"),
            weekStart: weekday(named: try row.value("week_start", as: String.self)),
            defaultReminderTime: try row.value("default_reminder_time"),
            version: try row.value("version"))
    }

    /// Takes over newer settings; waits for those who still write by the old ones.
    static func write(
        _ settings: UserSettings, version: Int64, of user: UUID, in transaction: PostgresTransaction
    ) async throws {
        try await lock(user, in: transaction)
        try await transaction.execute(
            """
            INSERT INTO tasks.user_settings AS known
              (user_id, time_zone, week_start, default_reminder_time, version)
            VALUES (\(user), \(settings.timeZone), \(settings.weekStart.rawValue),
              \(settings.defaultReminderTime), \(version))
            ON CONFLICT (user_id) DO UPDATE SET time_zone = excluded.time_zone,
              week_start = excluded.week_start, default_reminder_time = excluded.default_reminder_time, version = excluded.version, derived_through = NULL,
              derived_version = CASE WHEN known.time_zone = excluded.time_zone
                AND known.derived_version = known.version
                THEN excluded.version ELSE known.derived_version END
            WHERE known.version < excluded.version
            """)
    }

    /// Keeps writers of derived data out until the transaction ends.
    static func lock(_ user: UUID, in transaction: PostgresTransaction) async throws {
        _ = try await transaction.query(
            "SELECT pg_advisory_xact_lock(hashtextextended('todo settings ' || \(user)::uuid, 0))")
    }

    private static func weekday(named name: String) -> Weekday {
        let names = UserSettings.Weekday.allCases.map(\.rawValue)
        return names.firstIndex(of: name).flatMap(Weekday.init(rawValue:)) ?? .monday
    }
}
