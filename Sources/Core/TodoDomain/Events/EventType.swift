/// The types of events: `todo.<noun>.<past verb>.v<version>`.
public enum EventType {
    /// On `Topic.tasks` with a `TaskSnapshot` of version 1.
    public static let taskCreated = "todo.task.created.v1"
    /// On `Topic.tasks` with a `TaskSnapshot`; completing a completed task sends none.
    public static let taskCompleted = "todo.task.completed.v1"
    /// On `Topic.users` with a `UserCreated`, from the transaction that opens the account.
    public static let userCreated = "todo.user.created.v1"
    /// On `Topic.audit` with a `SecurityAct`; the subject is the account's id.
    public static let signInSucceeded = "todo.security.signed_in.v1"
    /// On `Topic.audit` with a `SecurityAct`; the subject is the id of the account that was aimed at.
    public static let signInRefused = "todo.security.sign_in_refused.v1"
}
