import TodoDomain

/// Every tool there is. Their order never changes: models and caches see the list as text.
public enum ToolCatalogue {
    /// The thirteen that every channel offers.
    public static let shared = [
        ToolDefinition(
            name: "add_task", title: "Add a task", description: "Create one task. Not for repeating ones.",
            effect: .writes, isIdempotent: false,
            input: ToolShape.object(
                [
                    ("title", ToolShape.text("what is to be done, without date, tags or priority", 1...500)),
                    ("description", ToolShape.text("more about it", 1...10_000)),
                    ("priority", ToolShape.priority), ("tags", ToolShape.tags),
                    ("list", ToolShape.text("name of a list", 1...64)), ("due", ToolShape.moment),
                    ("reminders", ToolShape.list("when to remind", of: ToolShape.reminder, 1...10)),
                ], required: ["title"]), output: ToolAnswerShape.written, showsTexts: false),
        reading(
            "list_tasks", "List tasks", "Tasks of the user, the next due first.",
            [
                ("status", ToolShape.choice("open if not given", ["open", "completed", "any"])),
                ("list", ToolShape.text("name of a list", 1...64)),
                ("tag", ToolShape.text("a tag, without #", 1...64)),
            ]),
        ToolDefinition(
            name: "update_task", title: "Change a task",
            description: "Change title, description, list or rule of one task. Null removes a member.",
            effect: .writes, isIdempotent: true,
            input: ToolShape.object(
                [
                    ("id", ToolShape.id), ("title", ToolShape.text("the new title", 1...500)),
                    ("description", nullable(ToolShape.text("the new description", 1...10_000))),
                    ("list", nullable(ToolShape.text("name of a list", 1...64))),
                    ("tags", ToolShape.list("all its tags", of: ToolShape.text("a tag", 1...64), 0...50)),
                    ("recurrence", nullable(ToolShape.recurrence)),
                ], required: ["id"]), output: ToolAnswerShape.written),
        writing(
            "complete_task", "Complete tasks", "Mark tasks as done.", [], required: [], isIdempotent: true),
        ToolDefinition(
            name: "delete_task", title: "Delete tasks",
            description: "Put tasks, and what is below them, into the trash. The user is asked first.",
            effect: .destroys, isIdempotent: true,
            input: ToolShape.object([("ids", ToolShape.ids)], required: ["ids"]),
            output: ToolAnswerShape.written),
        reading(
            "search_tasks", "Search tasks",
            "Tasks that have all these words in title, tags, list or description.",
            [
                ("query", ToolShape.text("words", 1...200)),
                ("status", ToolShape.choice("any if not given", ["open", "completed", "any"])),
            ],
            required: ["query"], hasCursor: true),
        writing(
            "set_due_date", "Set the due date", "Set or remove the due date of tasks.",
            [("due", ToolShape.noMoment)], required: ["due"], isIdempotent: true),
        ToolDefinition(
            name: "schedule_reminder", title: "Add a reminder",
            description:
                "Add one reminder to a task: so long before it is due, or at a time. Give one of both.",
            effect: .writes, isIdempotent: true,
            input: ToolShape.object(
                [("id", ToolShape.id), ("before", ToolShape.before), ("at", ToolShape.moment)],
                required: ["id"]), output: ToolAnswerShape.written),
        ToolDefinition(
            name: "create_recurring", title: "Add a repeating task",
            description: "Create a task that comes again by a rule; due is its first time.",
            effect: .writes, isIdempotent: false,
            input: ToolShape.object(
                [
                    ("title", ToolShape.text("what is to be done", 1...500)),
                    ("recurrence", ToolShape.recurrence), ("due", ToolShape.moment),
                    ("priority", ToolShape.priority), ("tags", ToolShape.tags),
                    ("list", ToolShape.text("name of a list", 1...64)),
                    ("reminders", ToolShape.list("when to remind", of: ToolShape.reminder, 1...10)),
                ], required: ["title", "recurrence", "due"]), output: ToolAnswerShape.written,
            showsTexts: false),
        writing(
            "set_priority", "Set the priority", "Set how important tasks are.",
            [("priority", ToolShape.priority)], required: ["priority"], isIdempotent: true),
        writing(
            "add_tags", "Add tags", "Add tags to tasks; those they have stay.", [("tags", ToolShape.tags)],
            required: ["tags"], isIdempotent: true),
        reading(
            "filter_tasks", "Filter tasks",
            "Tasks that a filter means, such as: overdue; today; due <= friday AND priority >= high; #home open.",
            [("filter", ToolShape.text("an expression of the filter language", 1...2000))],
            required: ["filter"]),
        reading(
            "sort_tasks", "Sort tasks", "Tasks in an order; shows them, changes nothing.",
            [
                (
                    "by",
                    ToolShape.choice(
                        "what to sort by", ["due", "priority", "created", "updated", "completed", "title"])
                ),
                ("direction", ToolShape.choice("ascending if not given", ["ascending", "descending"])),
                ("filter", ToolShape.text("which tasks; open ones if not given", 1...2000)),
            ], required: ["by"]),
    ]

    /// What a conversation offers besides: the last change is something that only a conversation knows.
    public static let undo = ToolDefinition(
        name: "undo_last", title: "Undo",
        description: "Take back what the last message of this conversation changed.",
        effect: .writes, isIdempotent: false, input: ToolShape.object([]), output: ToolAnswerShape.written,
        isForChatOnly: true)

    /// All that a chat may use.
    public static let chat = shared + [undo]

    static let byName = Dictionary(uniqueKeysWithValues: chat.map { ($0.name, $0) })

    private static func reading(
        _ name: String, _ title: String, _ description: String, _ members: [(String, JSONTree)],
        required: [String] = [], hasCursor: Bool = true
    ) -> ToolDefinition {
        ToolDefinition(
            name: name, title: title, description: description, effect: .reads, isIdempotent: true,
            input: ToolShape.object(
                members + [("limit", ToolShape.limit)] + (hasCursor ? [("cursor", ToolShape.cursor)] : [])
                    + [("fields", ToolShape.fields)], required: required), output: ToolAnswerShape.tasks)
    }

    private static func writing(
        _ name: String, _ title: String, _ description: String, _ members: [(String, JSONTree)],
        required: [String], isIdempotent: Bool
    ) -> ToolDefinition {
        ToolDefinition(
            name: name, title: title, description: description, effect: .writes, isIdempotent: isIdempotent,
            input: ToolShape.object([("ids", ToolShape.ids)] + members, required: ["ids"] + required),
            output: ToolAnswerShape.written)
    }

    private static func nullable(_ schema: JSONTree) -> JSONTree {
        guard case .object(var members) = schema,
            let index = members.firstIndex(where: { $0.name == "type" })
        else { return schema }
        members[index].value = .list([members[index].value, "null"])
        return .object(members)
    }
}
