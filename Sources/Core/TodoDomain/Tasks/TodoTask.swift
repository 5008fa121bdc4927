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
    /// When work on it can begin, in the owner's own terms; nil for any time.
    public var start: DueTime?
    /// The task that it is a part of; nil at the top.
    public var parentId: UUID?
    /// Where it stands among its neighbours: an `OrderKey`; nil only in what an older release wrote.
    public var position: String?
    /// The template that it was made from, whether or not that is still there.
    public var templateId: UUID?
    /// How it comes again; nil for a task that comes once.
    public var recurrence: TaskRecurrence?
    /// How far the tasks right below it are; nil when there are none.
    public var subtasks: SubtaskCount?
    /// In the owner's order, each moment once.
    public var reminders: [TaskReminder]

    /// All of it.
    public init(
        id: UUID, title: String, description: String?, priority: TaskPriority, tags: [String], list: String?,
        due: DueTime?, status: TaskStatus, version: Int64, createdAt: Date, updatedAt: Date,
        completedAt: Date?, deletedAt: Date? = nil, start: DueTime? = nil, parentId: UUID? = nil,
        position: String? = nil, templateId: UUID? = nil, subtasks: SubtaskCount? = nil,
        reminders: [TaskReminder] = [], recurrence: TaskRecurrence? = nil
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
        self.start = start
        self.parentId = parentId
        self.position = position
        self.templateId = templateId
        self.subtasks = subtasks
        self.reminders = reminders
        self.recurrence = recurrence
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, title, description, priority, tags, list, due, status, version, createdAt, updatedAt,
            completedAt, deletedAt, start, parentId, position, templateId, subtasks, reminders, recurrence
    }

    /// Reads a task; what is not there is none.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try values.decode(UUID.self, forKey: .id),
            title: try values.decode(String.self, forKey: .title),
            description: try values.decodeIfPresent(String.self, forKey: .description),
            priority: try values.decode(TaskPriority.self, forKey: .priority),
            tags: try values.decode([String].self, forKey: .tags),
            list: try values.decodeIfPresent(String.self, forKey: .list),
            due: try values.decodeIfPresent(DueTime.self, forKey: .due),
            status: try values.decode(TaskStatus.self, forKey: .status),
            version: try values.decode(Int64.self, forKey: .version),
            createdAt: try values.decode(Date.self, forKey: .createdAt),
            updatedAt: try values.decode(Date.self, forKey: .updatedAt),
            completedAt: try values.decodeIfPresent(Date.self, forKey: .completedAt),
            deletedAt: try values.decodeIfPresent(Date.self, forKey: .deletedAt),
            start: try values.decodeIfPresent(DueTime.self, forKey: .start),
            parentId: try values.decodeIfPresent(UUID.self, forKey: .parentId),
            position: try values.decodeIfPresent(String.self, forKey: .position),
            templateId: try values.decodeIfPresent(UUID.self, forKey: .templateId),
            subtasks: try values.decodeIfPresent(SubtaskCount.self, forKey: .subtasks))
        reminders = try values.decodeIfPresent([TaskReminder].self, forKey: .reminders) ?? []
        recurrence = try values.decodeIfPresent(TaskRecurrence.self, forKey: .recurrence)
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
        try values.encodeIfPresent(start, forKey: .start)
        try values.encodeIfPresent(parentId?.uuidString.lowercased(), forKey: .parentId)
        try values.encodeIfPresent(position, forKey: .position)
        try values.encodeIfPresent(templateId?.uuidString.lowercased(), forKey: .templateId)
        try values.encodeIfPresent(subtasks, forKey: .subtasks)
        if !reminders.isEmpty { try values.encode(reminders, forKey: .reminders) }
        try values.encodeIfPresent(recurrence, forKey: .recurrence)
    }

    /// A task that has just been asked for.
    public init(id: UUID, new: NewTask, at now: Date) {
        self.init(
            id: id, title: new.title, description: new.description, priority: new.priority, tags: new.tags,
            list: new.list, due: new.due, status: .open, version: 1, createdAt: now, updatedAt: now,
            completedAt: nil, start: new.start, parentId: new.parentId,
            position: OrderKey.initial(for: id), templateId: new.templateId, recurrence: new.recurrence)
        remind(by: new.reminders, asOf: version)
    }
}
