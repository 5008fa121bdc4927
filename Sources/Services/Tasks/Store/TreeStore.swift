import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// The SQL of the tree that tasks make.
extension TaskStore<PostgresTransaction> {
    /// Trees are at most five levels high; what is read is bounded even if one were not.
    private var reach: Int { 2 * TaskTree.levels }

    /// Keeps everybody else from changing the shape of the user's tree until the transaction ends, so that two moves
    /// cannot make a circle together. Travels with the next statement, and is to be taken before any row.
    func lockTree(of user: UUID) throws {
        try connection.send(
            "SELECT pg_advisory_xact_lock(hashtextextended('tasks.tree ' || \(user.lowercased)::text, 0))")
    }

    /// Locks a task and everything below it, the trash included; in the order of ids.
    func lockTree(below id: UUID, of user: UUID) async throws -> [TodoTask] {
        try await lock(
            """
            id IN (
              WITH RECURSIVE part AS (
                SELECT root.id, 1 AS level FROM tasks.task AS root WHERE root.id = \(id) AND root.user_id = \(user)
                UNION ALL
                SELECT below.id, part.level + 1 FROM part JOIN tasks.task AS below
                  ON below.user_id = \(user) AND below.parent_id = part.id
                WHERE part.level < \(reach)::int)
              SELECT id FROM part)
            """, of: user)
    }

    /// Locks tasks by their ids, in the order of ids; those that are not there are missing.
    func lock(_ ids: [UUID], of user: UUID) async throws -> [TodoTask] {
        try await lock("id = ANY (\(ids)::uuid[])", of: user)
    }

    /// Locks the tasks that a condition describes, in the order of ids, because in one order nobody waits for each other.
    func lock(_ condition: SQL, of user: UUID, limit: Int = 100_000) async throws -> [TodoTask] {
        try await tasks(
            """
            SELECT \(fragment: TaskRows.columns) FROM tasks.task
            WHERE user_id = \(user) AND \(fragment: condition) ORDER BY id LIMIT \(limit) FOR UPDATE
            """)
    }

    /// A task that is there, its parent, and so on up to the top; empty when it is not there or in the trash.
    func line(upFrom id: UUID, of user: UUID) async throws -> [UUID] {
        try await connection.query(
            """
            WITH RECURSIVE line AS (
              SELECT leaf.id, leaf.parent_id, 1 AS level FROM tasks.task AS leaf
              WHERE leaf.id = \(id) AND leaf.user_id = \(user) AND leaf.deleted_at IS NULL
              UNION ALL
              SELECT above.id, above.parent_id, line.level + 1 FROM line JOIN tasks.task AS above
                ON above.id = line.parent_id AND above.user_id = \(user)
              WHERE line.level < \(reach)::int)
            SELECT id FROM line ORDER BY level
            """
        ).map { try $0.value("id") }
    }

    /// What stands above each of these, the top first and the trash included; what stands at the top is missing.
    func lines(above ids: [UUID], of user: UUID) async throws -> [UUID: [UUID]] {
        let rows = try await connection.query(
            """
            WITH RECURSIVE line AS (
              SELECT leaf.id AS leaf, leaf.parent_id AS id, 1 AS level FROM tasks.task AS leaf
              WHERE leaf.user_id = \(user) AND leaf.id = ANY (\(ids)::uuid[])
              UNION ALL
              SELECT line.leaf, above.parent_id, line.level + 1 FROM line JOIN tasks.task AS above
                ON above.id = line.id AND above.user_id = \(user)
              WHERE line.level < \(reach)::int)
            SELECT leaf, id FROM line WHERE id IS NOT NULL ORDER BY level DESC
            """)
        var lines: [UUID: [UUID]] = [:]
        for row in rows { lines[try row.value("leaf"), default: []].append(try row.value("id")) }
        return lines
    }

    /// Whether a list has any task, the trash included, that is not one of these.
    func isAny(in list: String, except ids: Set<UUID>, of user: UUID) async throws -> Bool {
        try await !connection.query(
            """
            SELECT 1 FROM tasks.task WHERE user_id = \(user) AND list = \(list)
              AND NOT EXISTS (SELECT FROM unnest(\(Array(ids))::uuid[]) AS own (id) WHERE own.id = task.id)
            LIMIT 1
            """
        ).isEmpty
    }

    /// The keys of order next to a task among those of the same parent (or, at the top, list), and of the last of them.
    func neighbour(
        of task: TodoTask, before: Bool, except moved: UUID, user: UUID
    ) async throws -> String? {
        let side: SQL = before ? "<" : ">"
        let direction: SQL = before ? "DESC" : "ASC"
        return try await connection.query(
            """
            SELECT position FROM tasks.task WHERE user_id = \(user) AND id <> \(moved) AND deleted_at IS NULL
              AND \(fragment: scope(parent: task.parentId, list: task.list))
              AND (position, id) \(fragment: side) (\(task.position ?? ""), \(task.id))
            ORDER BY position \(fragment: direction), id \(fragment: direction) LIMIT 1
            """
        ).first?.value("position")
    }

    /// The last key of order among the tasks of a parent, or at the top of a list.
    func lastPosition(parent: UUID?, list: String?, user: UUID) async throws -> String? {
        try await connection.query(
            """
            SELECT position FROM tasks.task WHERE user_id = \(user) AND deleted_at IS NULL
              AND \(fragment: scope(parent: parent, list: list)) ORDER BY position DESC, id DESC LIMIT 1
            """
        ).first?.value("position")
    }

    private func scope(parent: UUID?, list: String?) -> SQL {
        if let parent { return "parent_id = \(parent)" }
        if let list { return "parent_id IS NULL AND list = \(list)" }
        return "parent_id IS NULL AND list IS NULL"
    }
}
