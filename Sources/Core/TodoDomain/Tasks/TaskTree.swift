public import FoundationEssentials

/// The rules of the tree that tasks make: at most so many levels, no circles, nothing hangs on what is in the trash.
///
/// Pure: whoever asks has read the lines of parents, under a lock that keeps them as they are.
public enum TaskTree {
    /// Levels of tasks, the top one included.
    public static let levels = 5

    /// Why a task cannot stand below another.
    public enum Refusal: Sendable, Hashable {
        /// It is not there, in the trash, or somebody else's: the answer is the same.
        case noSuchParent
        /// The parent stands below the task, or is the task.
        case circle
        case tooDeep
    }

    /// Whether a task with so many levels below it may stand below a parent.
    ///
    /// - Parameter line: the parent, its parent and so on up to the top; empty when there is no such parent.
    /// - Parameter height: levels of the task's own tree, itself included.
    public static func refusal(of id: UUID?, height: Int, below line: [UUID]) -> Refusal? {
        if line.isEmpty { return .noSuchParent }
        if let id, line.contains(id) { return .circle }
        return line.count + height > levels ? .tooDeep : nil
    }

    /// Levels of a tree, given each task's parent; the root included.
    public static func height(of root: UUID, parents: [UUID: UUID]) -> Int {
        var children: [UUID: [UUID]] = [:]
        for (child, parent) in parents { children[parent, default: []].append(child) }
        var (level, height) = ([root], 0)
        // A circle cannot be there; if it were, this must end all the same.
        while !level.isEmpty, height <= parents.count {
            height += 1
            level = level.flatMap { children[$0] ?? [] }
        }
        return height
    }
}

extension TaskTree.Refusal {
    /// For the person who asked.
    public var detail: String {
        switch self {
        case .noSuchParent: "there is no such task"
        case .circle: "is the task itself or stands below it"
        case .tooDeep: "would make more than \(TaskTree.levels) levels of tasks"
        }
    }
}

/// What becomes of the subtasks of a task that is completed.
public enum ChildrenPolicy: String, Sendable, Codable, CaseIterable {
    /// They are completed with it: whoever says that the whole is done means its parts.
    case complete
    /// They stay as they are.
    case leave
    /// The task is not completed while one of them is open.
    case refuse
}
