extension EventCatalogue {
    static let assistantDefinitions = [
        EventDefinition(
            EventType.toolInvoked, on: Topic.assistant, by: ["assistant"], .published,
            when: "a tool did what it was called for", about: "the call", carries: ToolInvoked.self,
            example: ["call": call, "taskIDs": [.text(ExampleID.task)]]),
        EventDefinition(
            EventType.toolFailed, on: Topic.assistant, by: ["assistant"], .published,
            when: "a tool did not do what it was called for", about: "the call", carries: ToolFailed.self,
            example: ["call": call, "reason": "bad_arguments"]),
        confirmation(EventType.confirmationRequested, "a destructive act waits for its owner's word"),
        confirmation(EventType.confirmationAccepted, "the owner allowed it"),
        confirmation(EventType.confirmationDeclined, "the owner said no"),
        confirmation(EventType.confirmationExpired, "the owner said nothing in time"),
    ]

    private static func confirmation(_ type: String, _ occasion: String) -> EventDefinition {
        EventDefinition(
            type, on: Topic.assistant, by: ["assistant"], .published, when: occasion,
            about: "the confirmation",
            carries: ToolConfirmation.self,
            example: [
                "affected": 12, "argumentsDigest": .text(ExampleID.digest),
                "confirmationID": .text(ExampleID.confirmation),
                "conversationID": .text(ExampleID.conversation), "expiresAt": "2026-11-21T09:40:00.000Z",
                "tool": "delete_task",
            ])
    }

    private static let call: JSONTree = [
        "argumentNames": ["title", "priority"], "argumentsDigest": .text(ExampleID.digest),
        "channel": "chat", "conversationID": .text(ExampleID.conversation), "durationMilliseconds": 42,
        "id": .text(ExampleID.call), "model": "planner", "tool": "add_task",
    ]
}
