public import FoundationEssentials

/// A task as its owner sees it.
public struct TodoTask: Sendable, Codable, Hashable {
    /// A UUID of version 7, so that newer tasks sort after older ones.
    public var id: UUID
    /// Trimmed, never empty.
    public var title: String
    /// Free text exactly as it was given; nil for none.
    public var description: String?
    /// `.none` unless the owner chose.
    public var priority: TaskPriority
    /// Trimmed and each once, in the owner's order.
    public var tags: [String]
    /// The name of the list it is in; nil for none.
    public var list: String?
    /// In the owner's own terms, not as an instant; nil for never.
    public var due: DueTime?
    /// `.completed` goes with a `completedAt`, `.open` with none.
    public var status: TaskStatus
    /// Grows by one with each write; the entity tag is made of it.
    public var version: Int64
    /// In whole milliseconds, which is what the wire and the database agree on.
    public var createdAt: Date
    /// Of the last write, in whole milliseconds; equal to `createdAt` until the second.
    public var updatedAt: Date
    /// In whole milliseconds; nil while the task is open.
    public var completedAt: Date?
    /// When it went to the trash; nil for a task that is not there.
    public var deletedAt: Date?

    /// All of it.
    public init(
        id: UUID, title: String, description: String?, priority: TaskPriority, tags: [String], list: String?,
        due: DueTime?, status: TaskStatus, version: Int64, createdAt: Date, updatedAt: Date,
        completedAt: Date?, deletedAt: Date? = nil
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.priority = priority
        self.tags = tags
        self.list = list
        self.due = due
        self.status = status
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.completedAt = completedAt
        self.deletedAt = deletedAt
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, title, description, priority, tags, list, due, status, version, createdAt, updatedAt,
            completedAt, deletedAt
    }

    /// Writes the id in lower case, and leaves out what is nil instead of writing null.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        // Lower case (RFC 9562 §4), as in paths and events; Foundation would write upper case.
        try values.encode(id.uuidString.lowercased(), forKey: .id)
        try values.encode(title, forKey: .title)
        try values.encodeIfPresent(description, forKey: .description)
        try values.encode(priority, forKey: .priority)
        try values.encode(tags, forKey: .tags)
        try values.encodeIfPresent(list, forKey: .list)
        try values.encodeIfPresent(due, forKey: .due)
        try values.encode(status, forKey: .status)
        try values.encode(version, forKey: .version)
        try values.encode(createdAt, forKey: .createdAt)
        try values.encode(updatedAt, forKey: .updatedAt)
        try values.encodeIfPresent(completedAt, forKey: .completedAt)
        try values.encodeIfPresent(deletedAt, forKey: .deletedAt)
    }

    /// A task that has just been asked for.
    public init(id: UUID, new: NewTask, at now: Date) {
        self.init(
            id: id, title: new.title, description: new.description, priority: new.priority, tags: new.tags,
            list: new.list, due: new.due, status: .open, version: 1, createdAt: now, updatedAt: now,
            completedAt: nil)
    }
}
