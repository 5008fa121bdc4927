import FoundationEssentials
import Postgres

/// What this service keeps of a user: goes with the account. Words of tasks go with the tasks.
enum UserQueryData {
    static func delete(_ user: UUID, in transaction: PostgresTransaction) async throws {
        try await OwnerSettingsStore.lock(user, in: transaction)
        for table in [
            "task", "idempotency", "search_word", "saved_filter", "user_settings",
        ] {
            try await transaction.execute("DELETE FROM tasks.\(identifier: table) WHERE user_id = \(user)")
        }
    }
}
