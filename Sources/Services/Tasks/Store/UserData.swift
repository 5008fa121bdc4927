import FoundationEssentials
import Postgres

/// Everything of a user that this service holds.
enum UserData {
    /// The tables with rows of users, in the order in which they can be emptied; words go with their task.
    static let tables = [
        "task", "list", "template", "change", "undone", "change_counter", "idempotency", "search_word",
        "saved_filter", "import_part", "imported", "calendar_feed", "word_sweep", "user_settings",
    ]

    /// Deletes all of it, without a trace but for the events that were sent.
    static func delete(_ user: UUID, in transaction: PostgresTransaction) async throws {
        // Nobody may write by settings that go.
        try await OwnerSettingsStore.lock(user, in: transaction)
        for table in tables {
            try await transaction.execute("DELETE FROM tasks.\(unescaped: table) WHERE user_id = \(user)")
        }
    }
}
