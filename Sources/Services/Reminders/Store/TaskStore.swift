import FoundationEssentials
import Postgres
import TodoDomain

/// All SQL on tasks: of those that have reminders, what is told when one fires.
enum TaskStore {
    static func keep(_ task: TodoTask, of user: UUID, in transaction: PostgresTransaction) async throws {
        if task.reminders.isEmpty {
            try await transaction.execute(
                "DELETE FROM reminders.task WHERE id = \(task.id) AND version <= \(task.version)")
            return
        }
        guard try await PersonStore.hold(user, in: transaction) != nil else { return }
        try await transaction.execute(
            """
            INSERT INTO reminders.task AS known (id, user_id, title, is_open, version)
            VALUES (\(task.id), \(user), \(task.title), \(task.place == .open), \(task.version))
            ON CONFLICT (id) DO UPDATE SET title = excluded.title, is_open = excluded.is_open,
              version = excluded.version
            WHERE known.version < excluded.version
            """)
    }

    static func remove(_ id: UUID, in transaction: PostgresTransaction) async throws {
        try await transaction.execute("DELETE FROM reminders.task WHERE id = \(id)")
    }

    static func remove(of user: UUID, in transaction: PostgresTransaction) async throws {
        try await transaction.execute("DELETE FROM reminders.task WHERE user_id = \(user)")
    }
}
