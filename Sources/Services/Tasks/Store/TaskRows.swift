import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// Rows of tasks. Where each column stands is found out once for all of them.
struct TaskRows {
    static let columns: SQL = """
        id, title, description, priority, tags, list, due_kind, due_local, due_tz, status, version, created_at,
        updated_at, completed_at, deleted_at, start_kind, start_local, start_tz, parent_id, position, template_id,
        reminders, recurrence,
        (SELECT ARRAY[count(*), count(*) FILTER (WHERE part.status = 'completed')] FROM tasks.task AS part
         WHERE part.user_id = task.user_id AND part.parent_id = task.id AND part.deleted_at IS NULL) AS subtasks
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
        let createdAt, updatedAt, completedAt, deletedAt, startKind, startLocal, startZone, parent: Int
        let position, template, subtasks, reminders, recurrence: Int

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
            startKind = try row.position(of: "start_kind")
            startLocal = try row.position(of: "start_local")
            startZone = try row.position(of: "start_tz")
            parent = try row.position(of: "parent_id")
            position = try row.position(of: "position")
            template = try row.position(of: "template_id")
            subtasks = try row.position(of: "subtasks")
            reminders = try row.position(of: "reminders")
            recurrence = try row.position(of: "recurrence")
        }

        private func time(_ row: PostgresRow, _ kind: Int, _ local: Int, _ zone: Int) throws -> DueTime? {
            guard let kind = DueTime.Kind(rawValue: try row.value(at: kind, as: String?.self) ?? ""),
                let local = try row.value(at: local, as: String?.self)
            else { return nil }
            return DueTime(kind: kind, local: local, tz: try row.value(at: zone))
        }

        func task(_ row: PostgresRow) throws -> TodoTask {
            let counts: [Int64] = try row.value(at: subtasks)
            return TodoTask(
                id: try row.value(at: id), title: try row.value(at: title),
                description: try row.value(at: description),
                priority: TaskPriority(rawValue: try row.value(at: priority)) ?? .none,
                tags: try row.value(at: tags), list: try row.value(at: list),
                due: try time(row, dueKind, dueLocal, dueZone),
                status: TaskStatus(rawValue: try row.value(at: status)) ?? .open,
                version: try row.value(at: version), createdAt: try row.value(at: createdAt),
                updatedAt: try row.value(at: updatedAt), completedAt: try row.value(at: completedAt),
                deletedAt: try row.value(at: deletedAt),
                start: try time(row, startKind, startLocal, startZone),
                parentId: try row.value(at: parent), position: try row.value(at: position),
                templateId: try row.value(at: template),
                subtasks: counts.count == 2 && counts[0] > 0
                    ? SubtaskCount(total: counts[0], completed: counts[1]) : nil,
                reminders: try ReminderColumn.reminders(try row.value(at: reminders)),
                recurrence: try row.value(at: recurrence, as: String?.self).map {
                    try WireJSON.decode(TaskRecurrence.self, from: Array($0.utf8))
                })
        }
    }
}
