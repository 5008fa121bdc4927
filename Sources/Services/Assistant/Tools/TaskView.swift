import TodoDomain

/// A task as models see it: as little as is of use. What they do not see they cannot repeat.
enum TaskView {
    /// All that can be asked for.
    static let fields = [
        "id", "title", "status", "priority", "tags", "list", "due", "description", "start", "reminders",
        "recurrence", "completedAt", "createdAt", "updatedAt",
    ]
    private static let usual: Set<String> = [
        "id", "title", "status", "priority", "tags", "list", "due", "reminders", "recurrence",
    ]
    private static let longestTitle = 200
    private static let longestText = 2000

    /// A task of the task API.
    static func of(_ task: JSONTree, fields wanted: [String]? = nil) -> JSONTree {
        let wanted = wanted.map { Set($0 + ["id", "title"]) } ?? usual
        return .object(
            fields.filter(wanted.contains).compactMap { name in
                guard let value = task[name], !isEmpty(value) else { return nil }
                return JSONTree.Member(name, shortened(value, name))
            })
    }

    private static func isEmpty(_ value: JSONTree) -> Bool {
        value == .null || value == .list([])
    }

    private static func shortened(_ value: JSONTree, _ name: String) -> JSONTree {
        switch (name, value) {
        case ("title", .text(let text)): .text(String(text.prefix(longestTitle)))
        case ("description", .text(let text)): .text(String(text.prefix(longestText)))
        case ("due", .object), ("start", .object): value["local"] ?? value
        default: value
        }
    }

    /// The local due time that a view shows.
    static func due(_ view: JSONTree) -> LocalDateTime? { view["due"]?.text.flatMap { LocalDateTime($0) } }
}
