public import FoundationEssentials

/// What a client says when it creates a task.
///
/// Decoding refuses unknown members and wrong types; `validate()` then checks everything else and reports all of it.
public struct NewTask: Sendable, Decodable {
    /// The one field that must be there: 1 to `TaskLimits.titleCharacters` characters once trimmed.
    public var title: String
    /// Free text of at most `TaskLimits.descriptionBytes` bytes, kept with its blanks; nil for none.
    public var description: String?
    /// `.none` when the client says nothing.
    public var priority: TaskPriority
    /// Empty when the client says nothing; `validate()` trims them and folds equal ones into the first.
    public var tags: [String]
    /// The name of a list, under the same limit as a tag; nil for none.
    public var list: String?
    /// As the client spelt it; nil for a task that is never due.
    public var due: DueTime?
    /// As the client spelt it; nil for a task that can be begun at any time.
    public var start: DueTime?
    /// The task that it becomes a part of.
    public var parentId: UUID?
    /// How it comes again; nil for a task that comes once.
    public var recurrence: TaskRecurrence?
    /// Set by the service alone, when it makes the task from a template.
    public var templateId: UUID?
    /// Empty when the client says nothing.
    public var reminders: [NewReminder] = []

    enum CodingKeys: String, CodingKey, CaseIterable {
        case title, description, priority, tags, list, due, start, parentId
        case reminders, recurrence
    }

    /// A task with a title, and nothing said of the rest.
    public init(title: String) {
        self.title = title
        priority = .none
        tags = []
    }

    /// What a task's owner has said of it so far, to be changed and checked again.
    init(_ task: TodoTask) {
        title = task.title
        description = task.description
        priority = task.priority
        tags = task.tags
        list = task.list
        due = task.due
        start = task.start
        reminders = task.reminders.map(NewReminder.init)
        recurrence = task.recurrence
    }

    /// Reads null as absent, and names every unknown member in one `ValidationError`.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        title = try values.decode(String.self, forKey: .title)
        description = try values.decodeIfPresent(String.self, forKey: .description)
        priority = try values.decodeIfPresent(TaskPriority.self, forKey: .priority) ?? .none
        tags = try values.decodeIfPresent([String].self, forKey: .tags) ?? []
        list = try values.decodeIfPresent(String.self, forKey: .list)
        due = try values.strictDueTime(.due)
        start = try values.strictDueTime(.start)
        parentId = try values.decodeIfPresent(UUID.self, forKey: .parentId)
        reminders = try values.decodeIfPresent([NewReminder].self, forKey: .reminders) ?? []
        recurrence = try values.decodeIfPresent(NewRecurrence.self, forKey: .recurrence)?.recurrence
    }

    /// Checks the limits and tidies: surrounding blanks of title, tags and list go, repeated tags fold into one.
    ///
    /// - Throws: `ValidationError` with every mistake.
    public mutating func validate(limits: TaskLimits = TaskLimits()) throws {
        tidy()
        let mistakes = mistakes(limits)
        guard mistakes.isEmpty else { throw ValidationError(fields: mistakes) }
    }

    /// Drops blanks around words, and repeated tags.
    mutating func tidy() {
        title = trimmed(title)
        list = list.map(trimmed)
        var seen: Set<String> = []
        tags = tags.map(trimmed).filter { seen.insert($0).inserted }
    }

    /// Everything wrong with it.
    func mistakes(_ limits: TaskLimits) -> [FieldError] {
        titleMistakes(limits) + textMistakes(limits) + tagMistakes(limits)
            + (due?.mistakes(at: "/due") ?? []) + (start?.mistakes(at: "/start") ?? [])
            + reminders.mistakes(limits)
            + (recurrence?.mistakes(due: due) ?? [])
    }

    private func titleMistakes(_ limits: TaskLimits) -> [FieldError] {
        if title.isEmpty { return [FieldError(pointer: "/title", detail: "must not be empty")] }
        if limits.exceeds(title, characters: limits.titleCharacters) {
            return [
                FieldError(
                    pointer: "/title", detail: "must have at most \(limits.titleCharacters) characters")
            ]
        }
        if FoldedText.folded(title).utf8.count > limits.titleKeyBytes {
            return [
                FieldError(
                    pointer: "/title",
                    detail: "must have at most \(limits.titleKeyBytes) bytes with its letters taken apart")
            ]
        }
        return holdsNUL(title)
            ? [FieldError(pointer: "/title", detail: "must not hold the character U+0000")] : []
    }

    private func textMistakes(_ limits: TaskLimits) -> [FieldError] {
        var found: [FieldError] = []
        if let description, description.utf8.count > limits.descriptionBytes {
            found.append(
                FieldError(
                    pointer: "/description", detail: "must have at most \(limits.descriptionBytes) bytes"))
        }
        if let description, holdsNUL(description) {
            found.append(FieldError(pointer: "/description", detail: "must not hold the character U+0000"))
        }
        if let list,
            list.isEmpty || limits.exceeds(list, characters: limits.tagCharacters) || holdsNUL(list)
        {
            found.append(
                FieldError(pointer: "/list", detail: "must have 1 to \(limits.tagCharacters) characters"))
        }
        return found
    }

    private func tagMistakes(_ limits: TaskLimits) -> [FieldError] {
        var found: [FieldError] = []
        if tags.count > limits.tags {
            found.append(FieldError(pointer: "/tags", detail: "must have at most \(limits.tags) tags"))
        }
        for (index, tag) in tags.enumerated()
        where tag.isEmpty || limits.exceeds(tag, characters: limits.tagCharacters) || holdsNUL(tag) {
            found.append(
                FieldError(
                    pointer: "/tags/\(index)", detail: "must have 1 to \(limits.tagCharacters) characters"))
        }
        return found
    }
}

extension KeyedDecodingContainer<NewTask.CodingKeys> {
    /// Only what clients write is strict: in an event, an unknown member is of a newer publisher.
    fileprivate func strictDueTime(_ key: Key) throws -> DueTime? {
        guard let time = try decodeIfPresent(DueTime.self, forKey: key) else { return nil }
        try superDecoder(forKey: key)
            .refuseUnknownFields(known: DueTime.CodingKeys.allCases.map(\.rawValue))
        return time
    }
}

/// PostgreSQL's text cannot hold U+0000, so it is refused at the door.
func holdsNUL(_ text: String) -> Bool {
    text.utf8.contains(0)
}

func trimmed(_ text: String) -> String {
    let characters = Array(text)
    guard let first = characters.firstIndex(where: { !$0.isWhitespace }),
        let last = characters.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(characters[first...last])
}
