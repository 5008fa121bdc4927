import FoundationEssentials
import Postgres

/// The SQL of what happens by age, for nobody in particular.
enum RetentionStore {
    private static let settings = ["app.pruning": "on"]

    /// Whose trash holds something older.
    static func usersWithTrash(before moment: Date, _ database: PostgresClient) async throws -> [UUID] {
        try await database.query(
            "SELECT user_id FROM tasks.users_with_trash(\(moment))", settings: settings
        ).map { try $0.value("user_id") }
    }

    /// Forgets a portion of older changes, and of undo tokens that were used; returns how many changes that was.
    static func prune(before moment: Date, upTo limit: Int, _ database: PostgresClient) async throws -> Int {
        try await database.transaction(settings: settings) { transaction in
            try transaction.send("DELETE FROM tasks.undone WHERE at < \(moment)")
            return try await transaction.execute(
                """
                DELETE FROM tasks.change WHERE (user_id, number) IN (
                  SELECT user_id, number FROM tasks.change WHERE at < \(moment) LIMIT \(limit))
                """)
        }
    }
}
