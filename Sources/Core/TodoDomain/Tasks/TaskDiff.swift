public import FoundationEssentials

/// A field of a task as the history knows it; the names are those of JSON.
public enum HistoryField: String, Sendable, Codable, CaseIterable {
    case title, description, priority, tags, list, due, start, parentId, position, status, completedAt,
        deletedAt
    case reminders, recurrence
}

/// What a field was, or became; nil for none.
public enum HistoryValue: Sendable, Hashable {
    case text(String)
    case texts([String])
    case due(DueTime)
    case instant(Date)
    case reminders([TaskReminder])
    case recurrence(TaskRecurrence)
}

/// What a write did to one field. It holds what people wrote: it belongs in the history and nowhere else.
public struct FieldDiff: Sendable, Hashable, Codable {
    /// Which field.
    public var field: HistoryField
    /// What it was.
    public var from: HistoryValue?
    /// What it became.
    public var to: HistoryValue?

    enum CodingKeys: String, CodingKey {
        case field, from, to
    }

    /// One field's change.
    public init(_ field: HistoryField, from: HistoryValue?, to: HistoryValue?) {
        self.field = field
        self.from = from
        self.to = to
    }

    /// Reads values as their field has them: a title that looks like a time is still a title.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let field = try values.decode(HistoryField.self, forKey: .field)
        func value(_ key: CodingKeys) throws -> HistoryValue? {
            switch field {
            case .tags: try values.decodeIfPresent([String].self, forKey: key).map(HistoryValue.texts)
            case .due, .start: try values.decodeIfPresent(DueTime.self, forKey: key).map(HistoryValue.due)
            case .reminders:
                try values.decodeIfPresent([TaskReminder].self, forKey: key).map(HistoryValue.reminders)
            case .recurrence:
                try values.decodeIfPresent(TaskRecurrence.self, forKey: key).map(HistoryValue.recurrence)
            case .completedAt, .deletedAt:
                try values.decodeIfPresent(Date.self, forKey: key).map(HistoryValue.instant)
            default: try values.decodeIfPresent(String.self, forKey: key).map(HistoryValue.text)
            }
        }
        self.init(field, from: try value(.from), to: try value(.to))
    }

    /// Leaves out what is none.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(field, forKey: .field)
        func encode(_ value: HistoryValue?, _ key: CodingKeys) throws {
            switch value {
            case nil: break
            case .text(let text): try values.encode(text, forKey: key)
            case .texts(let texts): try values.encode(texts, forKey: key)
            case .due(let due): try values.encode(due, forKey: key)
            case .instant(let instant): try values.encode(instant, forKey: key)
            case .reminders(let reminders): try values.encode(reminders, forKey: key)
            case .recurrence(let recurrence): try values.encode(recurrence, forKey: key)
            }
        }
        try encode(from, .from)
        try encode(to, .to)
    }
}

extension TodoTask {
    /// What is different from another state of the task, its version and the time of its last write aside.
    public func diff(from before: TodoTask) -> [FieldDiff] {
        HistoryField.allCases.compactMap { field in
            let (from, to) = (before[field], self[field])
            return from == to ? nil : FieldDiff(field, from: from, to: to)
        }
    }

    /// Puts the fields back to what they were before a write.
    public mutating func revert(_ diff: [FieldDiff]) {
        for change in diff { self[change.field] = change.from }
    }

    /// Changes fields as they were changed elsewhere.
    public mutating func apply(_ diff: [FieldDiff]) {
        for change in diff { self[change.field] = change.to }
    }

    /// A field's value; what does not fit the field is passed over.
    subscript(field: HistoryField) -> HistoryValue? {
        get {
            switch field {
            case .title: .text(title)
            case .description: description.map(HistoryValue.text)
            case .priority: .text(priority.rawValue)
            case .tags: .texts(tags)
            case .list: list.map(HistoryValue.text)
            case .due: due.map(HistoryValue.due)
            case .start: start.map(HistoryValue.due)
            case .parentId: parentId.map { .text($0.uuidString.lowercased()) }
            case .position: position.map(HistoryValue.text)
            case .status: .text(status.rawValue)
            case .completedAt: completedAt.map(HistoryValue.instant)
            case .deletedAt: deletedAt.map(HistoryValue.instant)
            case .reminders: reminders.isEmpty ? nil : .reminders(reminders)
            case .recurrence: recurrence.map(HistoryValue.recurrence)
            }
        }
        set {
            switch field {
            case .title: title = newValue?.text ?? title
            case .description: description = newValue?.text
            case .priority: priority = newValue?.text.flatMap(TaskPriority.init) ?? priority
            case .tags: if case .texts(let texts)? = newValue { tags = texts }
            case .list: list = newValue?.text
            case .due: due = newValue?.due
            case .start: start = newValue?.due
            case .parentId: parentId = newValue?.text.flatMap(UUID.init(uuidString:))
            case .position: position = newValue?.text ?? position
            case .status: status = newValue?.text.flatMap(TaskStatus.init) ?? status
            case .completedAt: completedAt = newValue?.instant
            case .deletedAt: deletedAt = newValue?.instant
            case .reminders:
                if case .reminders(let old)? = newValue { reminders = old } else { reminders = [] }
            case .recurrence: recurrence = newValue?.recurrence
            }
        }
    }
}

extension HistoryValue {
    fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
    fileprivate var due: DueTime? { if case .due(let due) = self { due } else { nil } }
    fileprivate var recurrence: TaskRecurrence? {
        if case .recurrence(let recurrence) = self { recurrence } else { nil }
    }
    fileprivate var instant: Date? { if case .instant(let instant) = self { instant } else { nil } }
}
