/// What `todo.change.recorded.v1` carries: open pages of the user fetch what changed.
public struct ChangeRecorded: EventPayload {
    /// The user's own count of changes, by which a page that was away asks for what it missed.
    public var change: Int64
    /// The task that was written to.
    public var taskID: EntityID
    /// The type of the event that tells of it in full.
    public var type: String
    /// The task's version after the write.
    public var version: Int64

    /// One change.
    public init(change: Int64, taskID: EntityID, type: String, version: Int64) {
        self.change = change
        self.taskID = taskID
        self.type = type
        self.version = version
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "ChangeRecorded", "A task of the user was written to; for open pages.",
        [
            .required("change", .count, "the user's own count of changes"),
            .required("taskID", .uuid, "the task"),
            .required("type", .text(.dottedWords, length: 1...128), "of the event that tells it in full"),
            .required("version", .count, "the task's, after the write"),
        ])
}
