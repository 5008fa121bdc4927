import FoundationEssentials
import Postgres
import TodoDomain

/// What statements are read by: a user's view of the pool, or a transaction.
protocol StatementReader: Sendable {
    func query(_ sql: SQL) async throws(PostgresError) -> [PostgresRow]
}

extension PostgresTransaction: StatementReader {}

/// All SQL of tasks. No statement is without the user; row-level security stands behind that.
struct TaskStore<Connection: StatementReader>: Sendable {
    let connection: Connection

    func find(_ id: UUID, of user: UUID) async throws -> TodoTask? {
        try await tasks(
            "SELECT \(fragment: TaskRows.columns) FROM tasks.task WHERE id = \(id) AND user_id = \(user)"
        ).first
    }

    func tasks(_ sql: SQL) async throws -> [TodoTask] {
        try TaskRows(try await connection.query(sql)).tasks
    }
}

/// Writes are left to the transaction: nobody needs their answer, and what fails fails the commit.
extension TaskStore<PostgresTransaction> {
    /// Reads a task and keeps others from writing it until the transaction ends: order of events is order of locks.
    func lock(_ id: UUID, of user: UUID) async throws -> TodoTask? {
        try await tasks(
            """
            SELECT \(fragment: TaskRows.columns) FROM tasks.task WHERE id = \(id) AND user_id = \(user) FOR UPDATE
            """
        ).first
    }

    func insert(_ task: TodoTask, of user: UUID) throws {
        try connection.send(
            """
            INSERT INTO tasks.task
              (id, user_id, title, description, priority, tags, list, due_kind, due_local, due_tz, status, version,
               created_at, updated_at, completed_at, deleted_at, start_kind, start_local, start_tz, parent_id, position,
               template_id, reminders, \(fragment: SeriesStore.names), \(fragment: DerivedColumns.names))
            VALUES (\(task.id), \(user), \(task.title), \(task.description), \(task.priority.rawValue),
              \(task.tags), \(task.list), \(task.due?.kind.rawValue), \(task.due?.local), \(task.due?.tz),
              \(task.status.rawValue), \(task.version), \(task.createdAt), \(task.updatedAt), \(task.completedAt),
              \(task.deletedAt),
              \(task.start?.kind.rawValue), \(task.start?.local), \(task.start?.tz), \(task.parentId),
              \(task.position ?? ""), \(task.templateId), \(try ReminderColumn.text(task.reminders)),
              \(fragment: try SeriesStore.values(task)),
              \(fragment: try DerivedColumns.values(task)))
            """)
        try SearchStore.write(task, of: user, in: connection)
    }

    /// Removes tasks for good.
    func purge(_ ids: [UUID], of user: UUID) throws {
        try connection.send(
            "DELETE FROM tasks.task WHERE user_id = \(user) AND id = ANY (\(ids)::uuid[])")
    }

    /// Writes where the task stands, and of what its owner said only what has changed: a long description is not
    /// written again for every tick of a box.
    func update(_ task: TodoTask, changed fields: [TaskField], of user: UUID) throws {
        let assignments: [SQL] =
            try fields.map { try assignment(of: $0, in: task) }
            + fields.compactMap { try DerivedColumns.assignment(after: $0, in: task) } + [
                "status = \(task.status.rawValue)", "version = \(task.version)",
                "updated_at = \(task.updatedAt)", "completed_at = \(task.completedAt)",
                "deleted_at = \(task.deletedAt)",
            ]
        try connection.send(
            """
            UPDATE tasks.task SET \(fragment: assignments.joined(separator: ", "))
            WHERE id = \(task.id) AND user_id = \(user)
            """)
        try SearchStore.follow(task, changed: fields, of: user, in: connection)
    }

    private func assignment(of field: TaskField, in task: TodoTask) throws -> SQL {
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
        case .start:
            """
            start_kind = \(task.start?.kind.rawValue), start_local = \(task.start?.local),
            start_tz = \(task.start?.tz)
            """
        case .parentId: "parent_id = \(task.parentId)"
        case .position: "position = \(task.position ?? "")"
        case .reminders: "reminders = \(try ReminderColumn.text(task.reminders))"
        case .recurrence: try SeriesStore.assignment(task)
        }
    }
}
