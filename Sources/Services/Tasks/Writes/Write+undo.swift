import EventFlow
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit
import TodoDomain

extension Write {
    /// Takes back what a write did.
    mutating func revert(_ entries: [LoggedChange], isForced: Bool) async throws -> [TodoTask] {
        try tasks.lockTree(of: user)
        for entry in entries.reversed() where entry.entity == .list {
            try await revertList(entry, isForced)
        }
        for entry in entries.reversed() where entry.entity == .template {
            try await revertTemplate(entry, isForced)
        }
        return try await revertTasks(entries.filter { $0.entity == .task }, isForced)
    }

    private mutating func revertTasks(
        _ entries: [LoggedChange], _ isForced: Bool
    ) async throws -> [TodoTask] {
        guard !entries.isEmpty else { return [] }
        let ofTask = Dictionary(grouping: entries, by: \.id)
        let held = try await tasks.lock(Array(ofTask.keys), of: user)
        if held.count < ofTask.count, !isForced { throw Self.refusal("a task is gone for good") }
        var after: [UUID: TodoTask] = [:]
        for task in held {
            let own = ofTask[task.id] ?? []
            if let last = own.last, last.version != task.version, !isForced {
                throw Self.refusal("a task was changed since")
            }
            after[task.id] = try state(of: task, before: own)
        }
        try requireNoOrphans(held, after, isForced)
        let order = entries.reversed().map(\.id)
        var seen: Set<UUID> = []
        var written: [TodoTask] = []
        for id in order where seen.insert(id).inserted {
            guard let before = held.first(where: { $0.id == id }), let state = after[id] else { continue }
            var task = before
            try await update(task: &task, become: state, from: before)
            written.append(task)
        }
        try await requirePlaces(of: written, since: held)
        // What stands below them went back as well: what is answered is what a later read gives.
        let fresh = try await tasks.lock(written.map(\.id), of: user)
        let byID = Dictionary(fresh.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return written.map { byID[$0.id] ?? $0 }
    }

    private mutating func update(task: inout TodoTask, become state: TodoTask, from before: TodoTask)
        async throws
    {
        let change = task.become(state, at: now)
        try await update(task, from: before, change)
    }

    /// The task as it was before these writes; one that they made goes to the trash.
    private func state(
        of task: TodoTask, before entries: [LoggedChange]
    ) throws -> TodoTask {
        var state = task
        for entry in entries.reversed() {
            if entry.type == EventType.taskCreated {
                state.deletedAt = state.deletedAt ?? now
            } else {
                state.revert(try WireJSON.decode([FieldDiff].self, from: Array(entry.diff.utf8)))
            }
        }
        return state
    }

    /// Nothing may go to the trash and leave subtasks behind that came since.
    private func requireNoOrphans(_ held: [TodoTask], _ after: [UUID: TodoTask], _ isForced: Bool) throws {
        guard !isForced else { return }
        let leaving = held.filter { $0.deletedAt == nil && after[$0.id]?.deletedAt != nil }
        let parts = Dictionary(grouping: leaving, by: \.parentId)
        for task in leaving where Int(task.subtasks?.total ?? 0) > (parts[task.id]?.count ?? 0) {
            throw Self.refusal("a task has got subtasks since")
        }
    }

    /// A task that comes back to where it stood must find its place there as it was.
    private func requirePlaces(of written: [TodoTask], since held: [TodoTask]) async throws {
        let before = Dictionary(held.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for task in written where task.deletedAt == nil {
            let old = before[task.id]
            guard let parent = task.parentId, parent != old?.parentId || old?.deletedAt != nil else {
                continue
            }
            let line = try await tasks.line(upFrom: parent, of: user)
            let below = try await tasks.lockTree(below: task.id, of: user)
            let parents = Dictionary(
                below.filter { $0.id != task.id && $0.deletedAt == nil }
                    .compactMap { part in part.parentId.map { (part.id, $0) } },
                uniquingKeysWith: { first, _ in first })
            let height = TaskTree.height(of: task.id, parents: parents)
            if TaskTree.refusal(of: task.id, height: height, below: line) != nil {
                throw Self.refusal("a task cannot stand where it stood any more")
            }
        }
    }

    private mutating func revertList(
        _ entry: LoggedChange, _ isForced: Bool
    ) async throws {
        let image = try WireJSON.decode(ImageDiff<TaskList>.self, from: Array(entry.diff.utf8))
        let held = try await lists.lock(entry.id)
        if !isForced, (held?.version ?? entry.version) != entry.version {
            throw Self.refusal("a list was changed since")
        }
        guard var list = image.before else {
            guard let held else { return }
            if try await !tasks.lock("list = \(held.name)", of: user, limit: 1).isEmpty {
                throw Self.refusal("a list has got tasks since")
            }
            try lists.delete(held.id)
            return try await wrote(Optional<TaskList>.none, from: held)
        }
        (list.version, list.updatedAt) = (max(held?.version ?? 0, entry.version) + 1, now)
        if let other = try await lists.find(named: list.name), other.id != list.id {
            throw Self.refusal("another list has the name now")
        }
        if held == nil { _ = try await lists.insert(list) } else { try lists.update(list) }
        try await wrote(list, from: held)
    }

    private mutating func revertTemplate(
        _ entry: LoggedChange, _ isForced: Bool
    ) async throws {
        let image = try WireJSON.decode(ImageDiff<TaskTemplate>.self, from: Array(entry.diff.utf8))
        let held = try await templates.lock(entry.id)
        if !isForced, (held?.version ?? entry.version) != entry.version {
            throw Self.refusal("a template was changed since")
        }
        guard var template = image.before else {
            guard let held else { return }
            try templates.delete(held.id)
            return try await wrote(Optional<TaskTemplate>.none, from: held)
        }
        (template.version, template.updatedAt) = (max(held?.version ?? 0, entry.version) + 1, now)
        try templates.put(template)
        try await wrote(template, from: held)
    }

    private static func refusal(_ reason: String) -> Problem {
        Problem(.conflict, "this cannot be undone as it was: \(reason)")
    }
}
