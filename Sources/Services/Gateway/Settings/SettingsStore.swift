import FoundationEssentials
import Postgres
import TodoDomain

/// All SQL of settings.
enum SettingsStore {
    private static let columns: SQL = """
        time_zone, week_start, default_reminder_time, quiet_from, quiet_to, version
        """

    static func find(_ account: UUID, on database: PostgresClient) async throws -> AccountSettings? {
        try await database.query(
            "SELECT \(fragment: columns) FROM identity.settings WHERE account_id = \(account)"
        ).first.map(settings)
    }

    /// Reads settings and keeps others from changing them; nil when there is no such account.
    static func lock(
        _ account: UUID, in transaction: PostgresTransaction
    ) async throws -> AccountSettings? {
        // The account's row, because there may be none of settings yet.
        let rows = try await transaction.query(
            "SELECT id FROM identity.account WHERE id = \(account) FOR UPDATE")
        guard !rows.isEmpty else { return nil }
        return try await transaction.query(
            "SELECT \(fragment: columns) FROM identity.settings WHERE account_id = \(account)"
        ).first.map(settings) ?? .atFirst
    }

    static func write(
        _ value: AccountSettings, of account: UUID, in transaction: PostgresTransaction
    ) throws {
        let settings = value.settings
        try transaction.send(
            """
            INSERT INTO identity.settings (account_id, \(fragment: columns))
            VALUES (\(account), \(settings.timeZone), \(settings.weekStart.rawValue),
              \(settings.defaultReminderTime), \(settings.quietHours?.from), \(settings.quietHours?.to),
              \(value.version))
            ON CONFLICT (account_id) DO UPDATE SET time_zone = excluded.time_zone,
              week_start = excluded.week_start, default_reminder_time = excluded.default_reminder_time,
              quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, version = excluded.version
            """)
    }

    private static func settings(_ row: PostgresRow) throws -> AccountSettings {
        var quiet: UserSettings.QuietHours?
        if let from: String = try row.value("quiet_from"), let to: String = try row.value("quiet_to") {
            quiet = UserSettings.QuietHours(from: from, to: to)
        }
        let weekStart: String = try row.value("week_start")
        return AccountSettings(
            settings: UserSettings(
                timeZone: try row.value("time_zone"),
                weekStart: UserSettings.Weekday(rawValue: weekStart) ?? .monday,
                defaultReminderTime: try row.value("default_reminder_time"), quietHours: quiet),
            version: try row.value("version"))
    }
}
