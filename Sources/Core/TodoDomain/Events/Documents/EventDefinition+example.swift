extension EventDefinition {
    /// A whole event as it is published, with the payload of the example.
    public var exampleEvent: JSONTree {
        let context: JSONTree = "00-5c5e900ec2180a77c425fb2ae1d09868-70d93e93e81f2f6a-01"
        return [
            "specversion": "1.0", "id": "019a5c00-0000-7000-8000-0000000000ff",
            "source": .text(publishers.first ?? ""), "type": .text(type), "subject": .text(exampleSubject),
            "time": "2026-11-21T09:30:00.125Z", "datacontenttype": "application/json",
            "dataschema": .text(schemaName), "partitionkey": .text(exampleKey),
            "sequence": exampleSequence, "userid": .text(ExampleID.user), "actor": .text(exampleActor),
            "traceparent": context, "traceid": context, "data": example,
        ]
    }

    private var exampleSubject: String {
        // The noun of what `subject` is the id of: "the session, or the account" is an example with a session.
        let words = subject.split(whereSeparator: { " ,".contains($0) })
        let ids = [
            "task": ExampleID.task, "reminder": ExampleID.reminder, "series": ExampleID.series,
            "call": ExampleID.call, "confirmation": ExampleID.confirmation,
            "notification": ExampleID.notification, "session": ExampleID.session,
        ]
        return words.lazy.compactMap { ids[String($0)] }.first ?? ExampleID.user
    }

    private var exampleKey: String {
        switch topic {
        case Topic.tasks, Topic.reminders: ExampleID.task
        case Topic.recurring: ExampleID.series
        case Topic.assistant: ExampleID.conversation
        default: ExampleID.user
        }
    }

    private var exampleSequence: JSONTree {
        if let version = example["task"]?["version"] ?? example["series"]?["version"] { return version }
        return topic == Topic.audit ? 1_795_253_400_125_000 : 1
    }

    private var exampleActor: String {
        switch publishers.first {
        case "gateway", "tasks": "user"
        case "assistant": "agent"
        default: "service"
        }
    }
}
