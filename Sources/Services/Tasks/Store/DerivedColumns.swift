import FoundationEssentials
import Postgres
import TodoDomain

/// Columns that follow from what the owner said, written with it: what lists are filtered and sorted by.
enum DerivedColumns {
    static let names: SQL = "due_at, start_at, title_key, description_key"

    /// A task was written where no settings of its owner are known.
    struct NoOwner: Error {}

    /// The values for `names`.
    static func values(_ task: TodoTask) throws -> SQL {
        """
        \(try dueAt(task)), \(try startAt(task)), \(FoldedText.folded(task.title)),
        \(task.description.map(FoldedText.folded))
        """
    }

    /// The values for `names` of a task that was written before. What it says of a zone that nobody knows here was known
    /// to whoever wrote it, so the instant stays as it is.
    static func valuesAnew(_ task: TodoTask) throws -> SQL {
        """
        \(fragment: try anew("due_at") { try dueAt(task) }),
        \(fragment: try anew("start_at") { try startAt(task) }), \(FoldedText.folded(task.title)),
        \(task.description.map(FoldedText.folded))
        """
    }

    private static func anew(_ column: SQL, _ instant: () throws -> Date?) throws -> SQL {
        do { return "\(try instant())" } catch is ValidationError { return column }
    }

    /// What a changed field entails.
    static func assignment(after field: TaskField, in task: TodoTask) throws -> SQL? {
        switch field {
        case .due: "due_at = \(try dueAt(task))"
        case .start: "start_at = \(try startAt(task))"
        case .title: "title_key = \(FoldedText.folded(task.title))"
        case .description: "description_key = \(task.description.map(FoldedText.folded))"
        default: nil
        }
    }

    private static func dueAt(_ task: TodoTask) throws -> Date? {
        try view().instant(of: task.due, at: "/due")
    }

    private static func startAt(_ task: TodoTask) throws -> Date? {
        try view().instant(of: task.start, at: "/start")
    }

    private static func view() throws -> OwnerView {
        guard let view = OwnerView.current else { throw NoOwner() }
        return view
    }
}
