extension EventCatalogue {
    static let taskDefinitions = [
        task(EventType.taskCreated, "a task was created", example: ["task": openTask]),
        task(
            EventType.taskUpdated, "fields of a task changed", requiring: ["changedFields"],
            example: ["changedFields": ["title", "due"], "task": openTask.with("version", 2)]),
        task(EventType.taskCompleted, "an open task was completed", example: ["task": completedTask]),
        task(
            EventType.taskReopened, "a completed task was opened again",
            example: ["task": openTask.with("version", 4)]),
        task(EventType.taskDeleted, "a task went to the trash", example: ["task": deletedTask]),
        task(
            EventType.taskRestored, "a task came back from the trash",
            example: ["task": completedTask.with("version", 6)]),
        EventDefinition(
            EventType.taskPurged, on: Topic.tasks, by: ["tasks"], .published,
            when: "a task left the trash for good, at its owner's wish or after its time",
            about: "the task", carries: TaskPurged.self,
            example: ["deletedAt": "2026-11-21T09:45:00.000Z", "taskID": .text(ExampleID.task)]),
        EventDefinition(
            EventType.listChanged, on: Topic.tasks, by: ["tasks"], .published,
            when: "a list was made, renamed, moved or put away", about: "the list",
            carries: ListSnapshot.self,
            example: [
                "list": [
                    "archivedAt": "2026-11-21T09:50:00.000Z", "createdAt": "2026-11-21T09:30:00.125Z",
                    "id": .text(ExampleID.list), "name": "Home", "position": "019a5c0000000003V",
                    "updatedAt": "2026-11-21T09:50:00.000Z", "version": 2,
                ]
            ]),
        EventDefinition(
            EventType.listDeleted, on: Topic.tasks, by: ["tasks"], .published, when: "a list was deleted",
            about: "the list", carries: ThingDeleted.self, example: ["id": .text(ExampleID.list)]),
        EventDefinition(
            EventType.templateChanged, on: Topic.tasks, by: ["tasks"], .published,
            when: "a template was made or changed", about: "the template", carries: TemplateChanged.self,
            example: ["id": .text(ExampleID.template), "tasks": 3, "version": 1]),
        EventDefinition(
            EventType.templateDeleted, on: Topic.tasks, by: ["tasks"], .published,
            when: "a template was deleted", about: "the template", carries: ThingDeleted.self,
            example: ["id": .text(ExampleID.template)]),
    ]

    private static func task(
        _ type: String, _ occasion: String, requiring: [String] = [], example: JSONTree
    ) -> EventDefinition {
        EventDefinition(
            type, on: Topic.tasks, by: ["tasks"], .published, when: occasion, about: "the task",
            carries: TaskSnapshot.self, requiring: requiring, example: example)
    }

    static let due: JSONTree = ["kind": "zoned", "local": "2026-12-01T09:00", "tz": "Europe/Amsterdam"]

    private static let openTask: JSONTree = [
        "createdAt": "2026-11-21T09:30:00.125Z", "description": "the one in the blue bottle", "due": due,
        "id": .text(ExampleID.task), "list": "Home", "priority": "high", "status": "open",
        "tags": ["shop", "weekend"], "title": "Buy milk", "updatedAt": "2026-11-21T09:30:00.125Z",
        "version": 1,
    ]

    private static let completedTask = openTask.with("status", "completed")
        .with("completedAt", "2026-11-21T09:40:00.500Z").with("updatedAt", "2026-11-21T09:40:00.500Z")
        .with("version", 3).with(
            "start", ["kind": "zoned", "local": "2026-11-28T09:00", "tz": "Europe/Amsterdam"]
        )
        .with("parentId", .text(ExampleID.nextTask)).with("position", "019a5c0000000003V")
        .with("templateId", .text(ExampleID.template)).with("subtasks", ["completed": 1, "total": 2])
        .with(
            "recurrence",
            [
                "catchUp": "skip_missed", "excluded": ["2026-12-08T09:00"], "mode": "schedule",
                "occurrenceKey": "2026-12-01T09:00", "position": 3, "previousId": .text(ExampleID.nextTask),
                "rrule": "FREQ=WEEKLY", "seriesId": .text(ExampleID.series), "skip": "omit",
                "start": "2026-11-17T09:00", "version": 2,
            ]
        )
        .with(
            "reminders",
            [
                [
                    "before": "PT15M", "id": .text(ExampleID.reminder), "of": "due",
                    "snoozedUntil": "2026-12-01T07:55:00.000Z",
                ],
                ["at": "2026-11-30T18:00", "id": .text(ExampleID.notification), "tz": "Europe/Amsterdam"],
            ])

    private static let deletedTask = completedTask.with("deletedAt", "2026-11-21T09:45:00.000Z")
        .with("updatedAt", "2026-11-21T09:45:00.000Z").with("version", 5)
}

/// The same things in every example, so that the examples tell one story.
enum ExampleID {
    static let user = "019a5c00-0000-7000-8000-000000000001"
    static let session = "019a5c00-0000-7000-8000-000000000002"
    static let task = "019a5c00-0000-7000-8000-000000000003"
    static let nextTask = "019a5c00-0000-7000-8000-000000000004"
    static let reminder = "019a5c00-0000-7000-8000-000000000005"
    static let series = "019a5c00-0000-7000-8000-000000000006"
    static let conversation = "019a5c00-0000-7000-8000-000000000007"
    static let call = "019a5c00-0000-7000-8000-000000000008"
    static let confirmation = "019a5c00-0000-7000-8000-000000000009"
    static let notification = "019a5c00-0000-7000-8000-00000000000a"
    static let list = "019a5c00-0000-7000-8000-00000000000b"
    static let template = "019a5c00-0000-7000-8000-00000000000c"
    static let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}

extension JSONTree {
    /// The same object with one member set; members stay sorted as on the wire.
    func with(_ name: String, _ value: JSONTree) -> JSONTree {
        guard case .object(let members) = self else { return self }
        return JSONTree.object(members.filter { $0.name != name } + [Member(name, value)]).sorted
    }
}
