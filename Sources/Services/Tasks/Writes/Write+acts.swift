import FoundationEssentials
import HTTPTypes
import ServiceKit
import TodoDomain

/// What can be done to a task, and with it to the tasks below.
extension Write {
    /// Makes a task, below another one if it says so.
    mutating func create(_ new: NewTask) async throws -> TodoTask {
        var new = new
        try new.validate()
        if let parent = new.parentId {
            try tasks.lockTree(of: user)
            let line = try await tasks.line(upFrom: parent, of: user)
            if let refusal = TaskTree.refusal(of: nil, height: 1, below: line) {
                throw ValidationError("/parentId", refusal.detail)
            }
        }
        var task = draft(new)
        if task.recurrence != nil { task = try seriesPlan.begun(task) }
        try await insert(task)
        return task
    }

    /// Does something to a task. What was so already changes nothing and tells nobody.
    ///
    /// - Parameters:
    ///   - children: what becomes of open subtasks when the task is completed.
    ///   - scope: how far a patch of an instance of a series reaches.
    mutating func perform(
        _ act: TaskAct, on id: UUID, children: ChildrenPolicy, condition: IfMatch?, scope: EditScope? = nil
    ) async throws -> TodoTask {
        var tree = try await lock(id, for: act)
        guard let root = tree[id], root.admits(act) else { throw Problem.notFound("there is no such task") }
        try condition?.require(version: root.version)
        let before = tree
        var changes: [UUID: TaskChange] = [:]
        for part in try parts(of: tree, root: root, act, children) {
            guard var task = tree[part] else { continue }
            if case .patch(let patch) = act {
                let state = try seriesPlan.settled(task.patched(by: patch), from: task, scope: scope)
                changes[part] = task.become(state, at: now)
            } else if case .delete = act {
                changes[part] = try trash(&task)
            } else {
                changes[part] = try task.perform(act, at: now)
            }
            if part == id, case .restore = act { try await place(&task) }
            tree[part] = task
        }
        recount(&tree, changed: Set(changes.keys))
        // Parts before the whole, so that the whole is told as it is in the end.
        for part in tree.keys.sorted(by: { $0 != id && $1 == id }) {
            guard let task = tree[part], let old = before[part] else { continue }
            try await update(task, from: old, changes[part])
        }
        if case .patch = act, let task = tree[id], changes[id] != nil {
            try await remember(task, from: root, scope: scope)
            if let scope, scope != .this { try await spread(task, from: root, scope) }
        }
        return tree[id] ?? root
    }

    private func lock(_ id: UUID, for act: TaskAct) async throws -> [UUID: TodoTask] {
        let found: [TodoTask]
        switch act {
        case .patch, .reopen: found = try await tasks.lock(id, of: user).map { [$0] } ?? []
        case .complete, .delete, .restore:
            try tasks.lockTree(of: user)
            found = try await tasks.lockTree(below: id, of: user)
        }
        return Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Which tasks of a tree an act is for.
    private func parts(
        of tree: [UUID: TodoTask], root: TodoTask, _ act: TaskAct, _ children: ChildrenPolicy
    ) throws -> [UUID] {
        let below = tree.values.filter { $0.id != root.id }
        switch act {
        case .patch, .reopen: return [root.id]
        case .delete: return below.filter { $0.deletedAt == nil }.map(\.id) + [root.id]
        case .restore:
            // What went to the trash together comes back together.
            return below.filter { $0.deletedAt == root.deletedAt }.map(\.id) + [root.id]
        case .complete:
            let open = below.filter { $0.deletedAt == nil && $0.status == .open }
            guard root.status == .open, !open.isEmpty else { return [root.id] }
            switch children {
            case .complete: return open.map(\.id) + [root.id]
            case .leave: return [root.id]
            case .refuse: throw Problem(.conflict, "the task has open subtasks")
            }
        }
    }

    /// A task that comes back stands where it stood, or at the top when that is not there any more.
    private func place(_ task: inout TodoTask) async throws {
        guard let parent = task.parentId else { return }
        let line = try await tasks.line(upFrom: parent, of: user)
        if TaskTree.refusal(of: task.id, height: 1, below: line) != nil { task.parentId = nil }
    }

    /// Counts subtasks anew where they were changed.
    private func recount(_ tree: inout [UUID: TodoTask], changed: Set<UUID>) {
        guard !changed.isEmpty, tree.count > 1 else { return }
        let parts = Dictionary(grouping: tree.values.filter { $0.deletedAt == nil }, by: \.parentId)
        for id in tree.keys {
            let below = parts[id] ?? []
            tree[id]?.subtasks =
                below.isEmpty
                ? nil
                : SubtaskCount(
                    total: Int64(below.count), completed: Int64(below.count { $0.status == .completed }))
        }
    }
}
