/// What every `todo.task.….v1` carries: the whole task after the write.
///
/// A snapshot, not a difference, so that a consumer that missed an event, or is rebuilt, needs nobody's database.
public struct TaskSnapshot: Sendable, Codable, Hashable {
    /// Its `version` is also the event's sequence, by which consumers tell older from newer.
    public var task: TodoTask
    /// Names of the fields that the write changed; only in `todo.task.updated.v1`.
    public var changedFields: [TaskField]?

    /// The task as it stands after the write.
    public init(task: TodoTask, changedFields: [TaskField]? = nil) {
        self.task = task
        self.changedFields = changedFields
    }
}

/// What `todo.user.created.v1` carries. No address and no name: those stay with the gateway.
public struct UserCreated: Sendable, Codable, Hashable {
    /// A UUID in lower case, the same as the event's subject.
    public var userID: String

    /// Names the new user.
    public init(userID: String) {
        self.userID = userID
    }
}

/// What security events carry: the outcome and a reason word, never what was typed.
public struct SecurityAct: Sendable, Codable, Hashable {
    /// `succeeded` or `refused`.
    public var outcome: String
    /// A word of a fixed set such as `password`; nil when the act succeeded.
    public var reason: String?

    /// An act with its outcome.
    public init(outcome: String, reason: String? = nil) {
        self.outcome = outcome
        self.reason = reason
    }
}
