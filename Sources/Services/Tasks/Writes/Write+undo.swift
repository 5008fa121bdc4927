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
        let ofTasks = entries.filter { $0.entity == .task }
        let own = Set(ofTasks.map(\.id))
        var names = ListNames()
        for entry in entries.reversed() where entry.entity == .list {
            names.take(try await revertList(entry, tasks: own, isForced))
        }
        for entry in entries.reversed() where entry.entity == .template {
            try await revertTemplate(entry, isForced)
        }
        let written = try await revertTasks(ofTasks, without: names.gone, isForced)
        return try await written + follow(names)
    }

    /// - Parameter gone: lists that go with the write that made them.
    private mutating func revertTasks(
        _ entries: [LoggedChange], without gone: Set<String>, _ isForced: Bool
    ) async throws -> [TodoTask] {
        guard !entries.isEmpty else { return [] }
        let ofTask = Dictionary(grouping: entries, by: \.id)
        let held = try await tasks.lock(Array(ofTask.keys), of: user)
        if held.count < ofTask.count, !isForced { throw Self.undoRefusal("a task is gone for good") }
        var after: [UUID: TodoTask] = [:]
        for task in held {
            let own = ofTask[task.id] ?? []
            if let last = own.last, last.version != task.version, !isForced {
                throw Self.undoRefusal("a task was changed since")
            }
            after[task.id] = try state(of: task, before: own, without: gone)
        }
        try requireNoOrphans(held, after, isForced)
        let before = Dictionary(held.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<UUID> = []
        var written: [TodoTask] = []
        for id in entries.reversed().map(\.id) where seen.insert(id).inserted {
            guard let old = before[id], let state = after[id] else { continue }
            var task = old
            try await update(task: &task, become: state, from: old)
            written.append(task)
            try await settle(after: written.count)
        }
        try await requirePlaces(of: written, since: before)
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
        of task: TodoTask, before entries: [LoggedChange], without gone: Set<String>
    ) throws -> TodoTask {
        var state = task
        for entry in entries.reversed() {
            if entry.type == EventType.taskCreated {
                state.deletedAt = state.deletedAt ?? now
            } else {
                state.revert(try WireJSON.decode([FieldDiff].self, from: Array(entry.diff.utf8)))
            }
        }
        if let list = state.list, gone.contains(list) { state.list = nil }
        return state
    }

    /// Nothing may go to the trash and leave subtasks behind that came since.
    private func requireNoOrphans(_ held: [TodoTask], _ after: [UUID: TodoTask], _ isForced: Bool) throws {
        guard !isForced else { return }
        let leaving = held.filter { $0.deletedAt == nil && after[$0.id]?.deletedAt != nil }
        let parts = Dictionary(grouping: leaving, by: \.parentId)
        for task in leaving where Int(task.subtasks?.total ?? 0) > (parts[task.id]?.count ?? 0) {
            throw Self.undoRefusal("a task has got subtasks since")
        }
    }

    /// A task that comes back to where it stood must find its place there as it was.
    private func requirePlaces(of written: [TodoTask], since before: [UUID: TodoTask]) async throws {
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
                throw Self.undoRefusal("a task cannot stand where it stood any more")
            }
        }
    }

    static func undoRefusal(_ reason: String) -> Problem {
        Problem(.conflict, "this cannot be undone as it was: \(reason)")
    }
}
