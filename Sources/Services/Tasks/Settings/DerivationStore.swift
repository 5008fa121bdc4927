import FoundationEssentials
import Postgres
import TodoDomain

/// All SQL of deriving anew.
enum DerivationStore {
    /// Before all ids.
    private static let first = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

    /// The next user whose tasks have to be derived anew, seen without being anybody.
    static func pendingUser(after user: UUID? = nil, _ database: PostgresClient) async throws -> UUID? {
        let rows = try await database.query(
            """
            SELECT user_id FROM tasks.user_settings WHERE derived_version < version AND user_id > \(user ?? first)
            ORDER BY user_id LIMIT 1
            """, settings: ["app.deriving": "on"])
        return try rows.first?.value("user_id")
    }

    /// Where the work on a user's tasks stands. Locks it: one process at a time works on one user.
    static func progress(
        of user: UUID, in transaction: PostgresTransaction
    ) async throws -> (version: Int64, through: UUID?)? {
        let rows = try await transaction.query(
            """
            SELECT version, derived_through FROM tasks.user_settings
            WHERE user_id = \(user) AND derived_version < version FOR UPDATE SKIP LOCKED
            """)
        return try rows.first.map { (try $0.value("version"), try $0.value("derived_through")) }
    }

    /// The next tasks whose instants depend on the user's zone.
    static func following(
        _ id: UUID?, of user: UUID, upTo limit: Int, in transaction: PostgresTransaction
    ) async throws -> [TodoTask] {
        try await TaskStore(connection: transaction).tasks(
            """
            SELECT \(fragment: TaskRows.columns) FROM tasks.task WHERE user_id = \(user) AND id > \(id ?? first)
              AND (due_kind IN ('date', 'floating') OR start_kind IN ('date', 'floating'))
            ORDER BY id LIMIT \(limit) FOR UPDATE
            """)
    }

    static func underived(
        of user: UUID, upTo limit: Int, in transaction: PostgresTransaction
    ) async throws -> [TodoTask] {
        try await TaskStore(connection: transaction).tasks(
            """
            SELECT \(fragment: TaskRows.columns) FROM tasks.task WHERE user_id = \(user) AND title_key IS NULL
            ORDER BY id LIMIT \(limit) FOR UPDATE
            """)
    }

    /// Writes what follows from tasks. Versions stay: to their owner nothing has changed.
    static func derive(_ tasks: [TodoTask], of user: UUID, in transaction: PostgresTransaction) throws {
        for task in tasks {
            try transaction.send(
                """
                UPDATE tasks.task SET (\(fragment: DerivedColumns.names)) =
                  ROW(\(fragment: try DerivedColumns.valuesAnew(task)))
                WHERE id = \(task.id) AND user_id = \(user)
                """)
        }
    }

    static func record(
        through id: UUID?, isDone: Bool, version: Int64, of user: UUID, in transaction: PostgresTransaction
    ) throws {
        try transaction.send(
            """
            UPDATE tasks.user_settings SET derived_through = \(isDone ? nil : id),
              derived_version = CASE WHEN \(isDone)::boolean THEN \(version)::bigint ELSE derived_version END
            WHERE user_id = \(user) AND version = \(version)
            """)
    }
}
