import FoundationEssentials
import Postgres
import TodoDomain

/// Rows of tasks. Where each column stands is found out once for all of them.
struct TaskRows {
    static let columns: SQL = """
        id, title, description, priority, tags, list, due_kind, due_local, due_tz, status, version, created_at,
        updated_at, completed_at, deleted_at
        """

    let tasks: [TodoTask]

    init(_ rows: [PostgresRow]) throws {
        guard let first = rows.first else {
            tasks = []
            return
        }
        let places = try Places(first)
        tasks = try rows.map(places.task)
    }

    private struct Places {
        let id, title, description, priority, tags, list, dueKind, dueLocal, dueZone, status, version: Int
        let createdAt, updatedAt, completedAt, deletedAt: Int

        init(_ row: PostgresRow) throws {
            id = try row.position(of: "id")
            title = try row.position(of: "title")
            description = try row.position(of: "description")
            priority = try row.position(of: "priority")
            tags = try row.position(of: "tags")
            list = try row.position(of: "list")
            dueKind = try row.position(of: "due_kind")
            dueLocal = try row.position(of: "due_local")
            dueZone = try row.position(of: "due_tz")
            status = try row.position(of: "status")
            version = try row.position(of: "version")
            createdAt = try row.position(of: "created_at")
            updatedAt = try row.position(of: "updated_at")
            completedAt = try row.position(of: "completed_at")
            deletedAt = try row.position(of: "deleted_at")
        }

        func task(_ row: PostgresRow) throws -> TodoTask {
            var due: DueTime?
            if let kind = DueTime.Kind(rawValue: try row.value(at: dueKind, as: String?.self) ?? ""),
                let local = try row.value(at: dueLocal, as: String?.self)
            {
                due = DueTime(kind: kind, local: local, tz: try row.value(at: dueZone))
            }
            return TodoTask(
                id: try row.value(at: id), title: try row.value(at: title),
                description: try row.value(at: description),
                priority: TaskPriority(rawValue: try row.value(at: priority)) ?? .none,
                tags: try row.value(at: tags), list: try row.value(at: list), due: due,
                status: TaskStatus(rawValue: try row.value(at: status)) ?? .open,
                version: try row.value(at: version), createdAt: try row.value(at: createdAt),
                updatedAt: try row.value(at: updatedAt), completedAt: try row.value(at: completedAt),
                deletedAt: try row.value(at: deletedAt))
        }
    }
}
