extension EventCatalogue {
    static let notificationDefinitions = [
        EventDefinition(
            EventType.notificationRequested, on: Topic.notifications,
            by: ["gateway", "notifications", "reminders"],
            .published,
            when: "a user is to be told something", about: "the notification",
            carries: NotificationRequested.self,
            example: [
                "channels": ["page", "push"], "expiresAt": "2026-12-02T07:45:00.000Z",
                "notificationID": .text(ExampleID.notification), "reminderID": .text(ExampleID.reminder),
                "taskID": .text(ExampleID.task), "template": "reminder", "values": ["title": "Buy milk"],
            ]),
        EventDefinition(
            EventType.notificationDelivered, on: Topic.notifications, by: ["notifications"], .published,
            when: "it reached the user on one channel", about: "the notification",
            carries: NotificationDelivered.self,
            example: [
                "attempts": 1, "channel": "push", "notificationID": .text(ExampleID.notification),
            ]),
        EventDefinition(
            EventType.notificationFailed, on: Topic.notifications, by: ["notifications"], .published,
            when: "it did not reach the user on one channel, for good", about: "the notification",
            carries: NotificationFailed.self,
            example: [
                "attempts": 8, "channel": "webhook", "notificationID": .text(ExampleID.notification),
                "reason": "unreachable",
            ]),
    ]

    static let liveUpdateDefinitions = [
        EventDefinition(
            EventType.changeRecorded, on: Topic.liveUpdates, by: ["tasks"], .published,
            when: "something of the user was written to", about: "the user",
            carries: ChangeRecorded.self,
            example: [
                "change": 128, "entity": "task", "entityID": .text(ExampleID.task),
                "type": .text(EventType.taskCompleted), "version": 3,
            ])
    ]

    static let userDefinitions = [
        EventDefinition(
            EventType.userCreated, on: Topic.users, by: ["gateway"], .published,
            when: "an account was opened", about: "the user", carries: UserCreated.self,
            example: ["userID": .text(ExampleID.user)]),
        EventDefinition(
            EventType.userSettingsChanged, on: Topic.users, by: ["gateway"], .published,
            when: "a user changed settings", about: "the user", carries: UserSettingsChanged.self,
            example: [
                "settings": [
                    "defaultReminderTime": "09:00", "quietHours": ["from": "22:00", "to": "07:00"],
                    "timeZone": "Europe/Amsterdam", "weekStart": "monday",
                ],
                "userID": .text(ExampleID.user),
            ]),
        EventDefinition(
            EventType.userDeleted, on: Topic.users, by: ["gateway"], .published,
            when: "an account was closed", about: "the user", carries: UserDeleted.self,
            example: ["userID": .text(ExampleID.user)]),
    ]
}
