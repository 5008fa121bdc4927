/// The types of events: `todo.<noun>.<past verb>.v<version>`.
public enum EventType {
    public static let taskCreated = "todo.task.created.v1"
    public static let taskCompleted = "todo.task.completed.v1"
    public static let taskUpdated = "todo.task.updated.v1"
    public static let taskReopened = "todo.task.reopened.v1"
    public static let taskDeleted = "todo.task.deleted.v1"
    public static let taskRestored = "todo.task.restored.v1"
    public static let userCreated = "todo.user.created.v1"
    public static let signInSucceeded = "todo.security.signed_in.v1"
    public static let signInRefused = "todo.security.sign_in_refused.v1"
}
