import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// All SQL of lists.
struct ListStore<Connection: StatementReader>: Sendable {
    let connection: Connection
    let user: UUID

    private static var columns: SQL { "id, name, position, archived_at, version, created_at, updated_at" }

    /// One list.
    func find(_ id: UUID) async throws -> TaskList? {
        try await lists("id = \(id)").first
    }

    /// A list by its name.
    func find(named name: String) async throws -> TaskList? {
        try await lists("name = \(name)").first
    }

    /// Lists in their order; nil means those in use and those put away.
    func all(archived: Bool?) async throws -> [TaskList] {
        switch archived {
        case true?: try await lists("archived_at IS NOT NULL")
        case false?: try await lists("archived_at IS NULL")
        case nil: try await lists("true")
        }
    }

    func lists(_ condition: SQL, suffix: SQL = "") async throws -> [TaskList] {
        try await connection.query(
            """
            SELECT \(fragment: Self.columns) FROM tasks.list WHERE user_id = \(user) AND \(fragment: condition)
            ORDER BY position, id \(fragment: suffix)
            """
        ).map { row in
            TaskList(
                id: try row.value("id"), name: try row.value("name"), position: try row.value("position"),
                archivedAt: try row.value("archived_at"), version: try row.value("version"),
                createdAt: try row.value("created_at"), updatedAt: try row.value("updated_at"))
        }
    }
}

extension ListStore<PostgresTransaction> {
    /// Reads a list and keeps others from writing it, and from putting new tasks into it.
    func lock(_ id: UUID) async throws -> TaskList? {
        try await lists("id = \(id)", suffix: "FOR UPDATE").first
    }

    /// Makes the list that a task names, if there is none, and keeps it from being renamed until the transaction ends.
    func ensure(_ name: String, id: UUID, at now: Date) throws {
        try connection.send(
            """
            INSERT INTO tasks.list (id, user_id, name, position, version, created_at, updated_at)
            VALUES (\(id), \(user), \(name), \(OrderKey.initial(for: id)), 1, \(now), \(now))
            ON CONFLICT (user_id, name) DO NOTHING
            """)
        try connection.send(
            "SELECT 1 FROM tasks.list WHERE user_id = \(user) AND name = \(name) FOR KEY SHARE")
    }

    /// Puts a list as it shall be; false when another one has the name.
    func insert(_ list: TaskList) async throws -> Bool {
        try await connection.execute(
            """
            INSERT INTO tasks.list (id, user_id, name, position, archived_at, version, created_at, updated_at)
            VALUES (\(list.id), \(user), \(list.name), \(list.position), \(list.archivedAt), \(list.version),
              \(list.createdAt), \(list.updatedAt))
            ON CONFLICT (user_id, name) DO NOTHING
            """) == 1
    }

    func update(_ list: TaskList) throws {
        try connection.send(
            """
            UPDATE tasks.list SET name = \(list.name), position = \(list.position),
              archived_at = \(list.archivedAt), version = \(list.version), updated_at = \(list.updatedAt)
            WHERE id = \(list.id) AND user_id = \(user)
            """)
    }

    func delete(_ id: UUID) throws {
        try connection.send("DELETE FROM tasks.list WHERE id = \(id) AND user_id = \(user)")
    }

    /// Keeps everybody else from changing the order of lists.
    func lockOrder() throws {
        try connection.send(
            "SELECT pg_advisory_xact_lock(hashtextextended('tasks.lists ' || \(user.lowercased)::text, 0))")
    }
}
