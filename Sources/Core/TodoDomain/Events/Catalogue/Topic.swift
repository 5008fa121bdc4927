/// The streams that services talk through; names are those of the broker.
public enum Topic {
    /// What was written to tasks, each event with the whole task; kept in order by task id.
    public static let tasks = "todo.events"
    /// The life of reminders, between the services that set and send them.
    public static let reminders = "reminder.events"
    /// The life of recurring tasks: an instance due, made or failed.
    public static let recurring = "recurring.events"
    /// What the assistant did, such as calling a tool.
    public static let assistant = "ai.events"
    /// Security acts only, such as sign-in; never a second copy of a write.
    public static let audit = "audit.events"
    /// What users are to be told, and whether it reached them.
    public static let notifications = "notification.events"
    /// Changes for open pages to show at once; the one topic that is not audited.
    public static let liveUpdates = "task.updates"
    /// The life of accounts, by id only; kept in order by user id.
    public static let users = "user.events"

    /// All of them.
    public static let all = [
        tasks, reminders, recurring, assistant, audit, notifications, liveUpdates, users,
    ]

    /// Where events of a topic go that nobody could handle.
    public static func deadLetter(of topic: String) -> String {
        "\(topic).dlq"
    }
}
