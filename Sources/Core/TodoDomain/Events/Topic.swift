/// The streams that services talk through; names are those of the broker.
public enum Topic {
    public static let tasks = "todo.events"
    public static let reminders = "reminder.events"
    public static let recurring = "recurring.events"
    public static let assistant = "ai.events"
    public static let audit = "audit.events"
    public static let notifications = "notification.events"
    public static let liveUpdates = "task.updates"
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
