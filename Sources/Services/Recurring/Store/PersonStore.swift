import FoundationEssentials
import Postgres

/// All SQL on users.
enum PersonStore {
    /// Keeps a user's zone, unless a newer one is known.
    static func keep(
        _ zone: String, of user: UUID, sequence: Int64, in transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO recurring.person AS known (user_id, time_zone, settings_sequence)
            VALUES (\(user), \(zone), \(sequence))
            ON CONFLICT (user_id) DO UPDATE
              SET time_zone = excluded.time_zone, settings_sequence = excluded.settings_sequence
            WHERE known.settings_sequence < excluded.settings_sequence
            """)
    }

    /// Nothing of the user is left but the number of the deletion, so that settings that come late are not kept.
    static func forget(
        _ user: UUID, sequence: Int64, in transaction: PostgresTransaction
    ) async throws {
        try transaction.send("DELETE FROM recurring.occurrence WHERE user_id = \(user)")
        try await keep("UTC", of: user, sequence: sequence, in: transaction)
    }
}
