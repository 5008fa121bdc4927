public import FoundationEssentials

/// What tasks are made from, again and again.
public struct TaskTemplate: Sendable, Codable, Hashable {
    /// Tasks made from it remember it.
    public var id: UUID
    /// What its owner calls it.
    public var name: String
    /// The task that is made, with its subtasks.
    public var task: TemplateTask
    /// Grows by one with each write.
    public var version: Int64
    /// In whole milliseconds.
    public var createdAt: Date
    /// In whole milliseconds.
    public var updatedAt: Date

    enum CodingKeys: String, CodingKey {
        case id, name, task, version, createdAt, updatedAt
    }

    /// All of it.
    public init(
        id: UUID, name: String, task: TemplateTask, version: Int64 = 1, createdAt: Date, updatedAt: Date
    ) {
        self.id = id
        self.name = name
        self.task = task
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Writes the id in lower case.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id.uuidString.lowercased(), forKey: .id)
        try values.encode(name, forKey: .name)
        try values.encode(task, forKey: .task)
        try values.encode(version, forKey: .version)
        try values.encode(createdAt, forKey: .createdAt)
        try values.encode(updatedAt, forKey: .updatedAt)
    }
}

/// A task as a template has it: what every instance shares. Days and places are for the instance.
public struct TemplateTask: Sendable, Codable, Hashable {
    /// Most tasks that one template makes.
    public static let largest = 100

    /// As of a task.
    public var title: String
    /// As of a task.
    public var description: String?
    /// As of a task.
    public var priority: TaskPriority
    /// As of a task.
    public var tags: [String]
    /// As of a task; of the outermost one, unless the instance says another.
    public var list: String?
    /// Tasks below it, in their order.
    public var subtasks: [TemplateTask]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case title, description, priority, tags, list, subtasks
    }

    /// Reads null as absent, and names every unknown member in one `ValidationError`.
    public init(from decoder: any Decoder) throws {
        // Nothing but a stack stands between a hostile depth and the end of the process.
        guard decoder.codingPath.count <= 4 * TaskTree.levels else {
            throw ValidationError("/task", "has more than \(TaskTree.levels) levels of tasks")
        }
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        title = try values.decode(String.self, forKey: .title)
        description = try values.decodeIfPresent(String.self, forKey: .description)
        priority = try values.decodeIfPresent(TaskPriority.self, forKey: .priority) ?? .none
        tags = try values.decodeIfPresent([String].self, forKey: .tags) ?? []
        list = try values.decodeIfPresent(String.self, forKey: .list)
        subtasks = try values.decodeIfPresent([TemplateTask].self, forKey: .subtasks) ?? []
    }

    /// The outermost task as a client would create it.
    public var newTask: NewTask {
        var new = NewTask(title: title)
        new.description = description
        new.priority = priority
        new.tags = tags
        new.list = list
        return new
    }

    /// Tasks in all.
    public var count: Int { 1 + subtasks.reduce(0) { $0 + $1.count } }

    /// Levels of tasks, its own included.
    public var height: Int { 1 + (subtasks.map(\.height).max() ?? 0) }

    /// Checks every task as if it were created, and tidies it.
    ///
    /// - Throws: `ValidationError` with every mistake, at pointers below `pointer`.
    public mutating func validate(at pointer: String = "/task", limits: TaskLimits = TaskLimits()) throws {
        var mistakes: [FieldError] = []
        tidy(at: pointer, limits, &mistakes)
        if count > Self.largest {
            mistakes.append(FieldError(pointer: pointer, detail: "may hold at most \(Self.largest) tasks"))
        }
        if height > TaskTree.levels {
            mistakes.append(
                FieldError(pointer: pointer, detail: "has more than \(TaskTree.levels) levels of tasks"))
        }
        guard mistakes.isEmpty else { throw ValidationError(fields: mistakes) }
    }

    private mutating func tidy(at pointer: String, _ limits: TaskLimits, _ mistakes: inout [FieldError]) {
        var new = newTask
        new.tidy()
        mistakes += new.mistakes(limits).map { FieldError(pointer: pointer + $0.pointer, detail: $0.detail) }
        (title, tags, list) = (new.title, new.tags, new.list)
        for index in subtasks.indices {
            subtasks[index].tidy(at: "\(pointer)/subtasks/\(index)", limits, &mistakes)
        }
    }
}
