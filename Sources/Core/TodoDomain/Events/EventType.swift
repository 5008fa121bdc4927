/// The types of events: `todo.<noun>.<past verb>.v<version>`.
public enum EventType {
    /// On `Topic.tasks` with a `TaskSnapshot` of version 1.
    public static let taskCreated = "todo.task.created.v1"
    /// On `Topic.tasks` with a `TaskSnapshot`; completing a completed task sends none.
    public static let taskCompleted = "todo.task.completed.v1"
    /// On `Topic.tasks` with a `TaskSnapshot` that names the changed fields; there is always at least one.
    public static let taskUpdated = "todo.task.updated.v1"
    /// On `Topic.tasks` with a `TaskSnapshot`; reopening an open task sends none.
    public static let taskReopened = "todo.task.reopened.v1"
    /// On `Topic.tasks` with a `TaskSnapshot`: the task went to the trash, from where it may come back.
    public static let taskDeleted = "todo.task.deleted.v1"
    /// On `Topic.tasks` with a `TaskSnapshot`: the task came back as it was.
    public static let taskRestored = "todo.task.restored.v1"
    /// On `Topic.users` with a `UserCreated`, from the transaction that opens the account.
    public static let userCreated = "todo.user.created.v1"
    /// On `Topic.audit` with a `SecurityAct`; the subject is the account's id.
    public static let signInSucceeded = "todo.security.signed_in.v1"
    /// On `Topic.audit` with a `SecurityAct`; the subject is the id of the account that was aimed at.
    public static let signInRefused = "todo.security.sign_in_refused.v1"
}
