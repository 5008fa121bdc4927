import FoundationEssentials
import Postgres

/// All SQL on what is known of users from events.
enum PersonStore {
    static func zone(of user: UUID, on database: PostgresClient) async throws -> String? {
        try await database.query("SELECT time_zone FROM assistant.person WHERE user_id = \(user)").first.map {
            try $0.value("time_zone")
        }
    }

    /// Keeps a user's zone, unless a newer one is known.
    static func keep(
        zone: String, of user: UUID, sequence: Int64, in transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO assistant.person AS known (user_id, time_zone, settings_sequence)
            VALUES (\(user), \(zone), \(sequence))
            ON CONFLICT (user_id) DO UPDATE SET time_zone = excluded.time_zone,
              settings_sequence = excluded.settings_sequence
            WHERE known.settings_sequence <= excluded.settings_sequence
            """)
    }

    /// Everything of the user goes; conversations only once their words are gone from the state store too.
    static func forget(_ user: UUID, at now: Date, in transaction: PostgresTransaction) async throws {
        try transaction.send("DELETE FROM assistant.person WHERE user_id = \(user)")
        try transaction.send("DELETE FROM assistant.turn WHERE user_id = \(user)")
        try transaction.send("DELETE FROM assistant.confirmation WHERE user_id = \(user)")
        try transaction.send("DELETE FROM assistant.allowance WHERE user_id = \(user)")
        try await transaction.execute(
            """
            UPDATE assistant.conversation SET deleted_at = \(now), title = '', undo_tokens = ''
            WHERE user_id = \(user)
            """)
    }
}
