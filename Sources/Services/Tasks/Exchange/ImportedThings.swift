import FoundationEssentials
import TodoDomain

/// A task as an export has it. What follows from other things (`version`, `subtasks`) is read over.
struct ImportedTask: Sendable, Decodable {
    /// Its name where it comes from: any text that is the same each time.
    let id: String
    let title: String
    let description: String?
    let priority: TaskPriority
    let tags: [String]
    let list: String?
    let due: DueTime?
    let start: DueTime?
    let reminders: [NewReminder]
    let recurrence: TaskRecurrence?
    let status: TaskStatus
    let parentId: String?
    let templateId: String?
    let position: String?
    let createdAt: Date?
    let updatedAt: Date?
    let completedAt: Date?
    let deletedAt: Date?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case id, title, description, priority, tags, list, due, start, status, parentId, templateId, position,
            createdAt, updatedAt, completedAt, deletedAt, reminders, recurrence, version,
            subtasks
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        title = try values.decode(String.self, forKey: .title)
        description = try values.decodeIfPresent(String.self, forKey: .description)
        priority = try values.decodeIfPresent(TaskPriority.self, forKey: .priority) ?? .none
        tags = try values.decodeIfPresent([String].self, forKey: .tags) ?? []
        list = try values.decodeIfPresent(String.self, forKey: .list)
        due = try values.decodeIfPresent(DueTime.self, forKey: .due)
        start = try values.decodeIfPresent(DueTime.self, forKey: .start)
        reminders = try values.decodeIfPresent([NewReminder].self, forKey: .reminders) ?? []
        recurrence = try values.decodeIfPresent(ImportedRecurrence.self, forKey: .recurrence)?.recurrence
        status = try values.decodeIfPresent(TaskStatus.self, forKey: .status) ?? .open
        parentId = try values.decodeIfPresent(String.self, forKey: .parentId)
        templateId = try values.decodeIfPresent(String.self, forKey: .templateId)
        position = try values.decodeIfPresent(String.self, forKey: .position)
        createdAt = try values.decodeIfPresent(Date.self, forKey: .createdAt)
        updatedAt = try values.decodeIfPresent(Date.self, forKey: .updatedAt)
        completedAt = try values.decodeIfPresent(Date.self, forKey: .completedAt)
        deletedAt = try values.decodeIfPresent(Date.self, forKey: .deletedAt)
    }
}

/// A list as an export has it; its name is what it is known by.
struct ImportedList: Sendable, Decodable {
    let name: String
    let position: String?
    let archivedAt: Date?
    let createdAt: Date?
    let updatedAt: Date?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case id, name, position, archivedAt, createdAt, updatedAt, version
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        position = try values.decodeIfPresent(String.self, forKey: .position)
        archivedAt = try values.decodeIfPresent(Date.self, forKey: .archivedAt)
        createdAt = try values.decodeIfPresent(Date.self, forKey: .createdAt)
        updatedAt = try values.decodeIfPresent(Date.self, forKey: .updatedAt)
    }
}

/// A template as an export has it.
struct ImportedTemplate: Sendable, Decodable {
    let id: String
    let name: String
    let task: TemplateTask
    let createdAt: Date?
    let updatedAt: Date?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case id, name, task, createdAt, updatedAt, version
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        name = try values.decode(String.self, forKey: .name)
        task = try values.decode(TemplateTask.self, forKey: .task)
        createdAt = try values.decodeIfPresent(Date.self, forKey: .createdAt)
        updatedAt = try values.decodeIfPresent(Date.self, forKey: .updatedAt)
    }
}

/// A saved filter as an export has it; its name is what it is known by.
struct ImportedFilter: Sendable, Decodable {
    let body: SavedFilterBody

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case id, name, filter, sort, createdAt, updatedAt, version
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        body = SavedFilterBody(
            name: try values.decode(String.self, forKey: .name),
            filter: try values.decode(String.self, forKey: .filter),
            sort: .some(try values.decodeIfPresent(String.self, forKey: .sort)))
    }
}
