public import FoundationEssentials

/// What every `todo.task.….v1` carries but `purged`: the whole task after the write.
///
/// A snapshot, not a difference, so that a consumer that missed an event, or is rebuilt, needs nobody's database.
public struct TaskSnapshot: EventPayload {
    /// Its `version` is also the event's sequence, by which consumers tell older from newer.
    public var task: TodoTask
    /// Names of the fields that the write changed; only in `todo.task.updated.v1`.
    public var changedFields: [OpenWord<TaskField>]?

    /// The task as it stands after the write.
    public init(task: TodoTask, changedFields: [TaskField]? = nil) {
        self.task = task
        self.changedFields = changedFields.map { $0.map(OpenWord.init) }
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "TaskSnapshot", "A task as it stands after the write.",
        [
            .required("task", .object(TodoTask.schema), "the whole task"),
            .optional(
                "changedFields", .set(of: .open(TaskField.self), 1...64),
                "what the owner changed; in `todo.task.updated.v1` only, and always there"),
        ])
}

/// What `todo.task.purged.v1` carries: the task is gone for good, and so is its text.
public struct TaskPurged: EventPayload {
    /// The same as the event's subject.
    public var taskID: EntityID
    /// When it had gone to the trash.
    public var deletedAt: Date

    /// Names the task that is gone.
    public init(taskID: UUID, deletedAt: Date) {
        self.taskID = EntityID(taskID)
        self.deletedAt = deletedAt
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "TaskPurged", "A task that is gone for good, and its text with it.",
        [
            .required("taskID", .uuid, "the task"),
            .required("deletedAt", .instant, "when it had gone to the trash"),
        ])
}

extension TodoTask {
    /// The shape on the wire.
    ///
    /// The lengths are ceilings far above `TaskLimits`, which are settings: a consumer must not refuse what its
    /// publisher was allowed to accept.
    public static let schema = ObjectSchema(
        "Task", "A task as its owner sees it.",
        [
            .required("id", .uuid, "UUIDv7"),
            .required("title", .free(1...16_384), "trimmed"),
            .optional("description", .free(0...1_048_576), "as it was given"),
            .required("priority", .oneOf(TaskPriority.self), "what it matters"),
            .required("tags", .set(of: .free(1...4096), 0...1000), "in the owner's order"),
            .optional("list", .free(1...4096), "the list it is in"),
            .optional("due", .object(DueTime.schema), "when it is due"),
            .required("status", .oneOf(TaskStatus.self), "`completed` goes with `completedAt`"),
            .required("version", .count, "grows by one with each write; the event's `sequence`"),
            .required("createdAt", .instant, "of the first write"),
            .required("updatedAt", .instant, "of the last write"),
            .optional("completedAt", .instant, "absent while it is open"),
            .optional("deletedAt", .instant, "when it went to the trash; absent elsewhere"),
            .optional("start", .object(DueTime.schema), "when work on it can begin"),
            .optional("parentId", .uuid, "the task that it is a part of"),
            .optional("position", .free(1...4096), "its place among its neighbours, compared by bytes"),
            .optional("templateId", .uuid, "the template that it was made from"),
            .optional("recurrence", .object(TaskRecurrence.schema), "how it comes again"),
            .optional("subtasks", .object(SubtaskCount.schema), "how far the tasks right below it were"),
            .optional("reminders", .list(of: .object(TaskReminder.schema), 1...1000), "what it reminds by"),
        ])
}

extension SubtaskCount {
    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "SubtaskCount", "How far the tasks right below a task are.",
        [
            .required("total", .integer(0...9_007_199_254_740_991), "all of them, without the trash"),
            .required("completed", .integer(0...9_007_199_254_740_991), "those that are completed"),
        ])
}

extension DueTime {
    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "DueTime", "When a task is due, in its owner's terms.",
        [
            .required("kind", .oneOf(Kind.self), "a date, a time wherever the owner is, or a time in a zone"),
            .required("local", .local, "a date for `date`, a date and time otherwise"),
            .optional("tz", .zone, "with `zoned` only"),
        ])
}
