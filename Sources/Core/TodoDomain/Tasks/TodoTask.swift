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

    /// All of it.
    public init(
        id: UUID, title: String, description: String?, priority: TaskPriority, tags: [String], list: String?,
        due: DueTime?, status: TaskStatus, version: Int64, createdAt: Date, updatedAt: Date, completedAt: Date?
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
    }

    /// A task that has just been asked for.
    public init(id: UUID, new: NewTask, at now: Date) {
        self.init(
            id: id, title: new.title, description: new.description, priority: new.priority, tags: new.tags,
            list: new.list, due: new.due, status: .open, version: 1, createdAt: now, updatedAt: now,
            completedAt: nil)
    }
}

/// The entity tag of a version (RFC 9110 §8.8.3).
public func entityTag(version: Int64) -> String {
    "\"\(version)\""
}
