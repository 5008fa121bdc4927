extension EventCatalogue {
    static let reminderDefinitions = [
        reminder(
            EventType.reminderScheduled, "a reminder was set", example: ["due": due, "reminder": relative]),
        reminder(
            EventType.reminderRescheduled, "a reminder moved, or what it hangs on",
            example: ["due": due, "reminder": absolute]),
        reminder(
            EventType.reminderSnoozed, "a reminder was put off once",
            example: [
                "due": due,
                "reminder": relative.with("snoozedUntil", "2026-12-01T07:55:00.000Z").with("of", "start"),
                "start": due,
            ]),
        reminder(
            EventType.reminderCancelled, "a reminder was taken away, or its task was completed or deleted",
            example: ["due": due, "reminder": relative]),
        EventDefinition(
            EventType.reminderFired, on: Topic.reminders, by: ["reminders"], .published,
            when: "a reminder fired; never twice for the same instant", about: "the reminder",
            carries: ReminderFired.self,
            example: [
                "dueAt": "2026-12-01T07:45:00.000Z", "firedAt": "2026-12-01T07:45:00.210Z",
                "reminderID": .text(ExampleID.reminder), "taskID": .text(ExampleID.task), "trigger": "job",
            ]),
    ]

    private static func reminder(_ type: String, _ occasion: String, example: JSONTree) -> EventDefinition {
        EventDefinition(
            type, on: Topic.reminders, by: ["tasks"], .published, when: occasion, about: "the reminder",
            carries: ReminderSnapshot.self, example: example)
    }

    private static let relative: JSONTree = [
        "fireAt": "2026-12-01T07:45:00.000Z", "id": .text(ExampleID.reminder), "kind": "relative",
        "offset": "-PT15M", "taskID": .text(ExampleID.task),
    ]

    private static let absolute: JSONTree = [
        "fireAt": "2026-11-30T17:00:00.000Z", "id": .text(ExampleID.reminder), "kind": "absolute",
        "local": "2026-11-30T18:00", "taskID": .text(ExampleID.task), "tz": "Europe/Amsterdam",
    ]
}
