/// Words of invented tasks: enough of them that a search finds some and not all.
enum Words {
    static let acts = [
        "water", "call", "write", "clean", "order", "paint", "repair", "sort", "plan", "book", "pack",
        "visit",
        "read", "print", "measure", "cook", "wash", "collect", "return", "compare",
    ]
    static let things = [
        "plants", "letters", "bicycle", "kitchen", "invoice", "garden", "window", "tickets", "library",
        "archive", "balcony", "engine", "carpet", "harbour", "meeting", "recipe", "shelves", "suitcase",
        "telescope", "violin",
    ]

    static func title(_ random: inout SeededNumbers, number: Int) -> String {
        let act = acts[Int.random(in: 0..<acts.count, using: &random)]
        let thing = things[Int.random(in: 0..<things.count, using: &random)]
        return "\(act) the \(thing) \(number)"
    }
}

/// Members of answers that steps build on.
struct TaskAnswer: Decodable, Sendable {
    struct Recurrence: Decodable, Sendable {
        var previousId: String?
    }
    struct Reminder: Decodable, Sendable {
        var id: String
    }

    var id: String
    var version: Int64
    var title: String?
    var recurrence: Recurrence?
    var reminders: [Reminder]?

    var known: Desk.KnownTask { Desk.KnownTask(id: id, version: version, title: title ?? "") }
}

/// Types of the events that writes make.
enum EventKind {
    static let created = "todo.task.created.v1"
    static let updated = "todo.task.updated.v1"
    static let completed = "todo.task.completed.v1"
    static let reopened = "todo.task.reopened.v1"
    static let deleted = "todo.task.deleted.v1"
}
