/// A topic: what it is for, what order it keeps, and who listens.
public struct EventStream: Sendable {
    /// The broker's name.
    public let topic: String
    /// One sentence.
    public let summary: String
    /// What `partitionkey` is: events of one key keep their order.
    public let key: String
    /// App-ids of the services that subscribe.
    public let subscribers: [String]
    /// How it is delivered, where that is out of the ordinary.
    public let delivery: String?

    init(_ topic: String, _ summary: String, key: String, to subscribers: [String], delivery: String? = nil) {
        self.topic = topic
        self.summary = summary
        self.key = key
        self.subscribers = subscribers
        self.delivery = delivery
    }

    /// Every topic, in the order of `Topic.all`.
    public static let all = [
        EventStream(
            Topic.tasks,
            "What was written to tasks, each event with the whole task; and to lists and templates.",
            key: "the id of the task, list or template",
            to: ["reminders", "audit"]),
        EventStream(
            Topic.reminders, "The life of reminders.", key: "the task's id", to: ["reminders", "audit"]),
        EventStream(
            Topic.recurring, "The life of series, and of the tasks they make.", key: "the series' id",
            to: ["recurring", "audit"]),
        EventStream(
            Topic.assistant, "What the assistant did, without what was said.",
            key: "the conversation's id, else the call's", to: ["audit"]),
        EventStream(
            Topic.audit, "Acts that matter for security; never a second copy of a write.",
            key: "the account's id", to: ["audit"]),
        EventStream(
            Topic.notifications, "What users are to be told, and whether it reached them.",
            key: "the user's id", to: ["gateway", "audit", "notifications"],
            delivery: "to every replica of the gateway, besides one replica of the others"),
        EventStream(
            Topic.liveUpdates, "Changes for open pages to show at once; the one topic that is not audited.",
            key: "the user's id", to: ["gateway"], delivery: "to every replica, from now on only"),
        EventStream(
            Topic.users, "The life of accounts, by id only.", key: "the user's id",
            to: ["tasks", "assistant", "reminders", "recurring", "audit", "notifications"]),
    ]
}
