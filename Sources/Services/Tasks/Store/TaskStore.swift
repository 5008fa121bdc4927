import FoundationEssentials
import Postgres
import TodoDomain

/// What statements run on: the pool, or a transaction.
protocol StatementRunner: Sendable {
    func query(_ sql: SQL) async throws(PostgresError) -> [PostgresRow]
    @discardableResult func execute(_ sql: SQL) async throws(PostgresError) -> Int
}

extension PostgresClient: StatementRunner {}
extension PostgresTransaction: StatementRunner {}

/// All SQL of tasks. No statement is without the user; row-level security stands behind that.
struct TaskStore<Connection: StatementRunner>: Sendable {
    let connection: Connection

    private var columns: SQL {
        """
        id, title, description, priority, tags, list, due_kind, due_local, due_tz, status, version, created_at,
        updated_at, completed_at, deleted_at
        """
    }

    func insert(_ task: TodoTask, of user: UUID) async throws {
        try await connection.execute(
            """
            INSERT INTO tasks.task
              (id, user_id, title, description, priority, tags, list, due_kind, due_local, due_tz, status, version,
               created_at, updated_at, completed_at)
            VALUES (\(task.id), \(user), \(task.title), \(task.description), \(task.priority.rawValue),
              \(task.tags), \(task.list), \(task.due?.kind.rawValue), \(task.due?.local), \(task.due?.tz),
              \(task.status.rawValue), \(task.version), \(task.createdAt), \(task.updatedAt), \(task.completedAt))
            """)
    }

    func find(_ id: UUID, of user: UUID) async throws -> TodoTask? {
        try await connection.query(
            "SELECT \(fragment: columns) FROM tasks.task WHERE id = \(id) AND user_id = \(user)"
        ).first.map(Self.task)
    }

    /// Reads a task and keeps others from writing it until the transaction ends: order of events is order of locks.
    func lock(_ id: UUID, of user: UUID) async throws -> TodoTask? {
        try await connection.query(
            "SELECT \(fragment: columns) FROM tasks.task WHERE id = \(id) AND user_id = \(user) FOR UPDATE"
        ).first.map(Self.task)
    }

    /// Writes where the task stands, and of what its owner said only what has changed: a long description is not
    /// written again for every tick of a box.
    func update(_ task: TodoTask, changed fields: [TaskField], of user: UUID) async throws {
        let assignments: [SQL] =
            fields.map { assignment(of: $0, in: task) } + [
                "status = \(task.status.rawValue)", "version = \(task.version)",
                "updated_at = \(task.updatedAt)", "completed_at = \(task.completedAt)",
                "deleted_at = \(task.deletedAt)",
            ]
        try await connection.execute(
            """
            UPDATE tasks.task SET \(fragment: assignments.joined(separator: ", "))
            WHERE id = \(task.id) AND user_id = \(user)
            """)
    }

    private func assignment(of field: TaskField, in task: TodoTask) -> SQL {
        switch field {
        case .title: "title = \(task.title)"
        case .description: "description = \(task.description)"
        case .priority: "priority = \(task.priority.rawValue)"
        case .tags: "tags = \(task.tags)"
        case .list: "list = \(task.list)"
        case .due:
            """
            due_kind = \(task.due?.kind.rawValue), due_local = \(task.due?.local), due_tz = \(task.due?.tz)
            """
        }
    }

    func list(
        _ filter: TaskFilter, of user: UUID, before cursor: UUID?, limit: Int
    ) async throws -> [TodoTask] {
        var sql: SQL = "SELECT \(fragment: columns) FROM tasks.task WHERE user_id = \(user)"
        sql += filter.inTrash ? " AND deleted_at IS NOT NULL" : " AND deleted_at IS NULL"
        if let status = filter.status { sql += " AND status = \(status.rawValue)" }
        if let cursor { sql += " AND id < \(cursor)" }
        sql += " ORDER BY id DESC LIMIT \(limit)"
        return try await connection.query(sql).map(Self.task)
    }

    private static func task(_ row: PostgresRow) throws -> TodoTask {
        let priority: String = try row.value("priority")
        let status: String = try row.value("status")
        var due: DueTime?
        if let kind = DueTime.Kind(rawValue: try row.value("due_kind", as: String?.self) ?? ""),
            let local = try row.value("due_local", as: String?.self)
        {
            due = DueTime(kind: kind, local: local, tz: try row.value("due_tz"))
        }
        return TodoTask(
            id: try row.value("id"), title: try row.value("title"), description: try row.value("description"),
            priority: TaskPriority(rawValue: priority) ?? .none, tags: try row.value("tags"),
            list: try row.value("list"), due: due, status: TaskStatus(rawValue: status) ?? .open,
            version: try row.value("version"), createdAt: try row.value("created_at"),
            updatedAt: try row.value("updated_at"), completedAt: try row.value("completed_at"),
            deletedAt: try row.value("deleted_at"))
    }
}
