public import FoundationEssentials

/// A task as filters see it.
public struct FilterSubject: Sendable {
    /// What its owner sees of it.
    public var task: TodoTask
    /// When it is due, if ever; the beginning of the day for a date.
    public var dueAt: Date?
    /// When it can be begun, if that was said.
    public var startAt: Date?
    /// The task above it.
    public var parent: UUID?
    /// The template it was made from.
    public var template: UUID?

    /// A task with its derived instants.
    public init(
        _ task: TodoTask, dueAt: Date?, startAt: Date? = nil, parent: UUID? = nil, template: UUID? = nil
    ) {
        self.task = task
        self.dueAt = dueAt
        self.startAt = startAt
        self.parent = parent
        self.template = template
    }
}

extension FilterCondition {
    /// Decides in memory what the database decides by its own means.
    public func holds(for subject: FilterSubject) -> Bool {
        let task = subject.task
        switch self {
        case .and(let parts): return parts.allSatisfy { $0.holds(for: subject) }
        case .or(let parts): return parts.contains { $0.holds(for: subject) }
        case .not(let inner): return !inner.holds(for: subject)
        case .status(let status): return task.status == status
        case .priority(let chosen): return chosen.contains(task.priority)
        // Bytes, as the database compares: to Swift, precomposed and decomposed letters are equal.
        case .tag(let tag): return task.tags.contains { $0.utf8.elementsEqual(tag.utf8) }
        case .list(let list): return task.list?.utf8.elementsEqual(list.utf8) == true
        case .parent(let id): return subject.parent == id
        case .template(let id): return subject.template == id
        case .present(let presence): return subject.has(presence)
        case .contains(let field, let text): return subject.contains(field, text)
        case .moment(let field, let from, let before):
            guard let date = subject.date(field) else { return false }
            return from.map { date >= $0 } != false && before.map { date < $0 } != false
        case .overdue(let now, let today):
            guard task.status == .open, let due = subject.dueAt else { return false }
            return due < (task.due?.kind == .date ? today : now)
        }
    }
}

extension FilterSubject {
    fileprivate func has(_ presence: FilterPresence) -> Bool {
        switch presence {
        case .due: dueAt != nil
        case .start: startAt != nil
        case .tags: !task.tags.isEmpty
        case .list: task.list != nil
        case .description: task.description != nil
        case .parent: parent != nil
        case .template: template != nil
        case .completed: task.completedAt != nil
        }
    }

    fileprivate func date(_ field: FilterMomentField) -> Date? {
        switch field {
        case .due: dueAt
        case .start: startAt
        case .created: task.createdAt
        case .updated: task.updatedAt
        case .completed: task.completedAt
        }
    }

    fileprivate func contains(_ field: FilterTextField, _ text: String) -> Bool {
        if FoldedText.folded(task.title).holds(text) { return true }
        guard field == .text, let description = task.description else { return false }
        return FoldedText.folded(description).holds(text)
    }
}

extension String {
    /// Whether the text's bytes occur in it.
    fileprivate func holds(_ text: String) -> Bool {
        let (hay, needle) = (Array(utf8), Array(text.utf8))
        guard needle.count <= hay.count else { return false }
        return (0...(hay.count - needle.count)).contains { start in
            hay[start] == needle[0] && hay[start..<(start + needle.count)].elementsEqual(needle)
        }
    }
}
