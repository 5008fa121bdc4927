public import FoundationEssentials

/// A task as its owner sees it.
public struct TodoTask: Sendable, Codable, Hashable {
    public var id: UUID
    public var title: String
    public var description: String?
    public var priority: TaskPriority
    public var tags: [String]
    public var list: String?
    public var due: DueTime?
    public var status: TaskStatus
    /// Grows by one with each write; the entity tag is made of it.
    public var version: Int64
    public var createdAt: Date
    public var updatedAt: Date
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
