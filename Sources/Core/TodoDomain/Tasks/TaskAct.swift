public import FoundationEssentials

/// What can be done to a task that is there.
public enum TaskAct: Sendable {
    case patch(TaskPatch)
    case complete
    case reopen
    /// Moves it to the trash.
    case delete
    /// Takes it out of the trash.
    case restore
}

/// Where a task stands for its owner: `TaskStatus`, or the trash.
public enum TaskPlace: String, Sendable {
    case open, completed, trash
}

/// A place among tasks.
public struct TaskPosition: Sendable, Hashable {
    /// Nil at the top.
    public var parentId: UUID?
    /// An `OrderKey`.
    public var position: String
    /// Nil for none.
    public var list: String?

    /// A place.
    public init(parentId: UUID?, position: String, list: String?) {
        self.parentId = parentId
        self.position = position
        self.list = list
    }
}

/// A write that took place.
public struct TaskChange: Sendable, Hashable {
    /// The event that tells of it.
    public let eventType: String
    /// The fields that the owner changed, in the order of `TaskField`; empty unless it was a patch.
    public let changedFields: [TaskField]
    /// Where the task stood before.
    public let from: TaskPlace
    /// Where it stands now; the same unless the write moved it.
    public let to: TaskPlace
}

extension TodoTask {
    /// Where it stands.
    public var place: TaskPlace {
        if deletedAt != nil { return .trash }
        return status == .open ? .open : .completed
    }

    /// Whether an act finds the task: in the trash a task can only be restored.
    public func admits(_ act: TaskAct) -> Bool {
        if case .restore = act { return true }
        return deletedAt == nil
    }

    /// Does something to the task: its version grows by one, unless everything was so already.
    ///
    /// - Returns: nil when nothing changed, so that nothing is written and nobody is told.
    /// - Throws: `ValidationError` when a patch would leave the task in a state that it may not have.
    public mutating func perform(
        _ act: TaskAct, at now: Date, limits: TaskLimits = TaskLimits()
    ) throws -> TaskChange? {
        let before = self
        let eventType: String
        switch act {
        case .patch(let patch):
            take(try patch.merged(into: self, limits: limits))
            eventType = EventType.taskUpdated
        case .complete:
            if status == .open { (status, completedAt) = (.completed, now) }
            eventType = EventType.taskCompleted
        case .reopen:
            (status, completedAt) = (.open, nil)
            eventType = EventType.taskReopened
        case .delete:
            deletedAt = deletedAt ?? now
            eventType = EventType.taskDeleted
        case .restore:
            deletedAt = nil
            eventType = EventType.taskRestored
        }
        return become(changed: eventType, from: before, at: now)
    }

    /// Puts the task below another, or at the top, or at another place among its neighbours.
    public mutating func move(to place: TaskPosition, at now: Date) -> TaskChange? {
        let before = self
        (parentId, position, list) = (place.parentId, place.position, place.list)
        return become(changed: EventType.taskUpdated, from: before, at: now)
    }

    /// Puts the task into a state that it was in before, or changes it by a rule of several tasks; the event says what
    /// that amounts to.
    public mutating func become(_ state: TodoTask, at now: Date) -> TaskChange? {
        let before = self
        self = state
        (version, updatedAt, subtasks) = (before.version, before.updatedAt, before.subtasks)
        completedAt = status == .open ? nil : completedAt ?? now
        let eventType =
            switch (before.place, place) {
            case (.trash, .open), (.trash, .completed): EventType.taskRestored
            case (.open, .trash), (.completed, .trash): EventType.taskDeleted
            case (.open, .completed): EventType.taskCompleted
            case (.completed, .open): EventType.taskReopened
            // Nothing that its owner could set: only when it went where it is.
            case (_, .completed) where fields(differingFrom: before).isEmpty: EventType.taskCompleted
            case (_, .trash) where fields(differingFrom: before).isEmpty: EventType.taskDeleted
            default: EventType.taskUpdated
            }
        return become(changed: eventType, from: before, at: now)
    }

    private mutating func become(changed eventType: String, from before: TodoTask, at now: Date)
        -> TaskChange?
    {
        guard self != before else { return nil }
        forgetSnoozes(movedFrom: before)
        version += 1
        countRule(from: before)
        // A clock that was set back must not make a task older than it was.
        updatedAt = max(now, before.updatedAt)
        let fields = eventType == EventType.taskUpdated ? fields(differingFrom: before) : []
        return TaskChange(eventType: eventType, changedFields: fields, from: before.place, to: place)
    }

    /// A changed rule has a version of its own, which grows even where an older rule comes back.
    private mutating func countRule(from before: TodoTask) {
        guard let rule = recurrence, let old = before.recurrence, rule.seriesId == old.seriesId,
            !rule.comes(as: old)
        else { return }
        recurrence?.version = TaskRecurrence.counted(after: max(rule.version ?? 1, old.version ?? 1))
    }

    /// The task as a patch would have it, with nothing told of it yet.
    public func patched(by patch: TaskPatch, limits: TaskLimits = TaskLimits()) throws -> TodoTask {
        var task = self
        task.take(try patch.merged(into: self, limits: limits))
        return task
    }

    private mutating func take(_ fields: NewTask) {
        title = fields.title
        description = fields.description
        priority = fields.priority
        tags = fields.tags
        list = fields.list
        due = fields.due
        start = fields.start
        recurrence = fields.recurrence
        remind(by: fields.reminders, asOf: version + 1)
    }

    /// Fields that an owner can change and that another state of the task has otherwise.
    public func fields(differingFrom other: TodoTask) -> [TaskField] {
        TaskField.allCases.filter { field in
            switch field {
            case .title: title != other.title
            case .description: description != other.description
            case .priority: priority != other.priority
            case .tags: tags != other.tags
            case .list: list != other.list
            case .due: due != other.due
            case .start: start != other.start
            case .parentId: parentId != other.parentId
            case .position: position != other.position
            case .reminders: reminders != other.reminders
            case .recurrence: recurrence != other.recurrence
            }
        }
    }
}
