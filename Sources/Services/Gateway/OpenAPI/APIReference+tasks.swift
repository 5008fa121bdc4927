import HTTPTypes
import TodoDomain

extension APIReference {
    private static let tag = "Tasks"

    static let tasks: [APIOperation] = taskReads + taskWrites + taskActs + phrases

    private static let taskReads: [APIOperation] = [
        APIOperation.tasks(.get, "/tasks", "listTasks", in: tag, "Tasks, filtered, sorted, in pages")
            .query("status", S.words(TaskStatus.self), "only tasks that stand so")
            .query("trash", S.words(["true", "false"]), "true: the trash instead of what is there")
            .query("filter", S.text(0...2000), "in the filter language, or `saved:` and the name of a filter")
            .parameter("sort").parameter("fields").paged()
            .answers(200, S.ref("TaskPage"), headers: ["Link"]).refusing(422),
        APIOperation.tasks(
            .get, "/tasks/search", "searchTasks", in: tag, "Tasks that have every word, the best first"
        )
        .query("q", S.text(1...500), "words; the last may be unfinished", isRequired: true)
        .parameter("fields").paged()
        .answers(200, S.ref("TaskPage"), headers: ["Link"]),
        APIOperation.tasks(.get, "/tasks/{id}", "readTask", in: tag, "One task")
            .answers(200, S.ref("Task"), headers: ["ETag"]).cached(),
        APIOperation.tasks(
            .get, "/tasks/{id}/history", "readHistory", in: "Changes",
            "What was done to a task, the newest first"
        ).paged().answers(200, S.page(of: S.ref("HistoryEntry"), "What was done to one task.")),
    ]

    private static let taskWrites: [APIOperation] = [
        APIOperation.tasks(.post, "/tasks", "createTask", in: tag, "Make a task")
            .repeatable().sends(S.ref("NewTask"))
            .answers(201, S.ref("Task"), headers: ["ETag", "Location", "Undo-Token"]),
        APIOperation.tasks(
            .post, "/tasks/bulk", "bulk", in: tag, "Write many tasks, each with its own outcome"
        )
        .repeatable().sends(S.ref("BulkRequest")).answers(200, S.ref("BulkAnswer"), headers: ["Undo-Token"])
        .answers(422, S.ref("BulkAnswer"), "an atomic request of which an item was refused, or a Problem"),
        APIOperation.tasks(.patch, "/tasks/{id}", "changeTask", in: tag, "Change a task")
            .query("scope", S.words(EditScope.self), "how much of a series changes")
            .repeatable().conditional().sendsPatch(S.ref("TaskPatch"))
            .answers(200, S.ref("Task"), headers: ["ETag", "Undo-Token"]),
        APIOperation.tasks(.delete, "/tasks/{id}", "deleteTask", in: tag, "Move a task to the trash")
            .query("scope", S.words(EditScope.self), "how much of a series goes")
            .repeatable().conditional().answers(204, headers: ["Undo-Token"]),
        APIOperation.tasks(.post, "/tasks/{id}/move", "moveTask", in: tag, "Move a task to another place")
            .repeatable().conditional().sends(S.ref("Move"))
            .answers(200, S.ref("Task"), headers: ["ETag", "Undo-Token"]).refusing(409),
    ]

    private static let taskActs: [APIOperation] = [
        APIOperation.tasks(.post, "/tasks/{id}/complete", "completeTask", in: tag, "Complete a task")
            .query("children", S.words(ChildrenPolicy.self), "what becomes of open subtasks; complete")
            .repeatable().conditional().answers(200, S.ref("Task"), headers: ["ETag", "Undo-Token"])
            .refusing(409),
        APIOperation.tasks(.post, "/tasks/{id}/reopen", "reopenTask", in: tag, "Open a completed task again")
            .repeatable().conditional().answers(200, S.ref("Task"), headers: ["ETag", "Undo-Token"]),
        APIOperation.tasks(
            .post, "/tasks/{id}/restore", "restoreTask", in: tag, "Bring a task back from the trash"
        )
        .repeatable().conditional().answers(200, S.ref("Task"), headers: ["ETag", "Undo-Token"]),
        APIOperation.tasks(.post, "/tasks/{id}/snooze", "snoozeTask", in: tag, "Put a reminder off")
            .repeatable().conditional().sends(S.ref("Snooze"))
            .answers(200, S.ref("Task"), headers: ["ETag", "Undo-Token"]).refusing(409),
    ]

    private static let phrases: [APIOperation] = [
        APIOperation.tasks(
            .post, "/recurrence/preview", "previewRecurrence", in: tag, "What a rule of recurrence yields",
            scope: "tasks:read"
        ).sends(S.ref("RecurrenceRequest")).answers(200, S.ref("RecurrencePreview")),
        APIOperation.tasks(
            .post, "/parse", "parsePhrase", in: tag, "What a phrase means, in the members of a task",
            scope: "tasks:read"
        ).sends(S.ref("PhraseRequest")).answers(200, S.ref("Phrase")),
    ]

    static let taskSchemas: [(String, JSONTree)] =
        [
            ("Task", S.object("A task.", taskFields(isWhole: true))),
            (
                "TaskItem",
                S.object(
                    "A task of a page; with `fields`, only those members and the id.",
                    taskFields(isWhole: false)
                        + [S.optional("highlights", S.list(of: S.ref("Highlight")), "of a search")])
            ),
            ("TaskPage", S.page(of: S.ref("TaskItem"), "Tasks.")),
            (
                "Highlight",
                S.object(
                    "Where a word stands, in code points.",
                    [
                        S.required("field", S.words(["title", "description"])),
                        S.required("start", S.integer(0...Int64.max)),
                        S.required("length", S.integer(1...Int64.max)),
                    ])
            ),
            ("DueTime", dueTime(isInput: false)), ("NewDueTime", dueTime(isInput: true)),
            ("Reminder", reminder(isInput: false)), ("NewReminder", reminder(isInput: true)),
            ("Recurrence", recurrence), ("NewRecurrence", newRecurrence(isPatch: false)),
            ("RecurrencePatch", newRecurrence(isPatch: true)), ("Snooze", snooze), ("NewTask", newTask),
            ("TaskPatch", taskPatch), ("Move", move),
            ("BulkRequest", bulkRequest), ("BulkAnswer", bulkAnswer),
        ] + phraseSchemas

    private static func taskFields(isWhole: Bool) -> [S.Field] {
        func always(_ name: String, _ schema: JSONTree, _ note: String = "") -> S.Field {
            isWhole ? S.required(name, schema, note) : S.optional(name, schema, note)
        }
        return [
            S.required("id", S.uuid), always("title", S.text()), S.optional("description", S.text()),
            always("priority", S.words(TaskPriority.self)), always("tags", S.list(of: S.text())),
            S.optional("list", S.text(), "the name of a list"), S.optional("due", S.ref("DueTime")),
            S.optional("start", S.ref("DueTime")),
            S.optional("reminders", S.list(of: S.ref("Reminder")), "none if it is not there"),
            S.optional("recurrence", S.ref("Recurrence"), "of a task that comes again"),
            always("status", S.words(TaskStatus.self)),
            S.optional("parentId", S.uuid), always("position", S.text(), "opaque, in the order of bytes"),
            S.optional("templateId", S.uuid),
            S.optional(
                "subtasks",
                S.object(
                    "Of the tasks right below.",
                    [S.required("total", S.integer()), S.required("completed", S.integer())])),
            always("version", S.integer(1...Int64.max)), always("createdAt", S.instant),
            always("updatedAt", S.instant), S.optional("completedAt", S.instant),
            S.optional("deletedAt", S.instant),
        ]
    }

    private static func dueTime(isInput: Bool) -> JSONTree {
        let fields = [
            S.required("kind", S.words(DueTime.Kind.self)),
            S.required("local", S.text(.local), "a date, or a date and time"),
            S.optional(
                "tz", isInput ? S.nullable(S.text(1...64)) : S.text(), "an IANA name, of the zoned kind"),
        ]
        let note = "When, as the owner says it."
        return isInput ? S.input(note, fields) : S.object(note, fields)
    }

    private static func reminder(isInput: Bool) -> JSONTree {
        func text(_ schema: JSONTree) -> JSONTree { isInput ? S.nullable(schema) : schema }
        let fields = [
            isInput ? S.optional("id", S.nullable(S.anyUUID)) : S.required("id", S.uuid),
            S.optional("at", text(S.text(1...40)), "a local time, a date, or an instant"),
            S.optional("tz", text(S.text(1...64)), "the zone of a local time"),
            S.optional("before", text(S.text(1...40)), "or so long before, such as P1D or PT15M"),
            S.optional("of", text(S.words(ReminderAnchor.self)), "what it is before; due"),
            S.optional("snoozedUntil", text(S.instant), "while it is put off"),
        ]
        let note = "When to remind, as the owner says it."
        return isInput ? S.input(note, fields) : S.object(note, fields)
    }

    private static let recurrence = S.object(
        "How a task comes again, and where it stands in its series.",
        [
            S.required("rrule", S.text(), "RFC 5545 §3.3.10"),
            S.required("mode", S.words(RecurrenceSeries.Mode.self)),
            S.required("skip", S.words(RecurrenceSeries.Skip.self)),
            S.required("catchUp", S.words(RecurrenceSeries.CatchUp.self)),
            S.optional("start", S.text(.local)), S.optional("seriesId", S.uuid),
            S.optional("occurrenceKey", S.text()), S.optional("position", S.integer()),
            S.optional("previousId", S.uuid), S.optional("excluded", S.list(of: S.text())),
            S.optional("version", S.integer()),
        ])

    private static func newRecurrence(isPatch: Bool) -> JSONTree {
        let rule = S.text(1...2000)
        return S.input(
            "How a task is to come again.",
            [
                isPatch ? S.optional("rrule", rule) : S.required("rrule", rule, "RFC 5545 §3.3.10"),
                S.optional("mode", S.nullable(S.words(RecurrenceSeries.Mode.self)), "schedule"),
                S.optional("skip", S.nullable(S.words(RecurrenceSeries.Skip.self)), "omit"),
                S.optional("catchUp", S.nullable(S.words(RecurrenceSeries.CatchUp.self)), "skip"),
            ])
    }

    private static let snooze = S.input(
        "How long a reminder is put off: one of for and until.",
        [
            S.optional("for", S.nullable(S.text(1...40)), "a duration, such as PT10M"),
            S.optional("until", S.nullable(S.text(1...40)), "a local time, or an instant"),
            S.optional("reminderId", S.nullable(S.anyUUID), "the one that fired last, else the next"),
        ])

    private static let newTask = S.input(
        "What a client says of a new task.",
        [
            S.required("title", S.text(1...500), "and 2600 bytes at most, its letters taken apart"),
            S.optional("description", S.nullable(S.text(0...65_536))),
            S.optional("priority", S.nullable(S.words(TaskPriority.self))),
            S.optional("tags", S.nullable(S.list(of: S.text(1...64), atMost: 50))),
            S.optional("list", S.nullable(S.text(1...64)), "one that is not there is made"),
            S.optional("due", S.nullable(S.ref("NewDueTime"))),
            S.optional("start", S.nullable(S.ref("NewDueTime"))),
            S.optional("reminders", S.nullable(S.list(of: S.ref("NewReminder"), atMost: 20))),
            S.optional("recurrence", S.nullable(S.ref("NewRecurrence")), "needs due"),
            S.optional("parentId", S.nullable(S.anyUUID)),
        ])

    private static let taskPatch = S.input(
        "A merge patch (RFC 7396): null removes.",
        [
            S.optional("title", S.text(1...500), "and 2600 bytes at most, its letters taken apart"),
            S.optional("description", S.nullable(S.text(0...65_536))),
            S.optional("priority", S.nullable(S.words(TaskPriority.self))),
            S.optional("tags", S.nullable(S.list(of: S.text(1...64), atMost: 50))),
            S.optional("list", S.nullable(S.text(1...64))),
            S.optional("due", S.nullable(S.ref("NewDueTime"))),
            S.optional("start", S.nullable(S.ref("NewDueTime"))),
            S.optional("reminders", S.nullable(S.list(of: S.ref("NewReminder"), atMost: 20))),
            S.optional("recurrence", S.nullable(S.ref("RecurrencePatch")), "merged; null: it comes no more"),
        ])

    private static let move = S.input(
        "Where a task is to go; at least one member.",
        [
            S.optional("before", S.nullable(S.anyUUID), "a task: its neighbour"),
            S.optional("after", S.nullable(S.anyUUID), "the same on the other side"),
            S.optional("parentId", S.nullable(S.anyUUID), "null: the top"),
            S.optional("list", S.nullable(S.text(1...64)), "null: no list"),
        ])

    private static let bulkRequest: JSONTree = S.input(
        "Several writes in one request.",
        [
            S.required(
                "items", S.list(of: ["type": "object"], atMost: 200, atLeast: 1), "op and what it takes"),
            S.optional("atomic", S.nullable(S.flag), "all or nothing"),
            S.optional("dry_run", S.nullable(S.flag), "only says what would be"),
        ])

    private static let bulkAnswer = S.object(
        "What became of each item.",
        [
            S.required(
                "items",
                S.list(
                    of: S.object(
                        "One item.",
                        [
                            S.required("index", S.integer()), S.required("status", S.integer()),
                            S.optional("task", S.ref("Task")), S.optional("problem", ["type": "object"]),
                        ]))), S.required("applied", S.flag), S.optional("undoToken", S.text()),
        ])
}
