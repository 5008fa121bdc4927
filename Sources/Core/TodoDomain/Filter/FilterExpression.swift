public import FoundationEssentials

/// A filter as it was read: words understood, dates still relative.
public indirect enum FilterExpression: Sendable, Hashable {
    /// True for every task when it is empty.
    case and([FilterExpression])
    case or([FilterExpression])
    case not(FilterExpression)
    case test(FilterTest)
}

/// One thing that a filter asks of a task.
public enum FilterTest: Sendable, Hashable {
    case status(TaskStatus)
    /// One of these, in their order.
    case priority([TaskPriority])
    case tag(String)
    case list(String)
    case moment(FilterMomentField, FilterComparison, FilterMoment)
    case present(FilterPresence)
    case contains(FilterTextField, String)
    case parent(UUID)
    case template(UUID)
    /// Open, and due before now; what is due on a date, before today.
    case overdue
}

/// Fields that are instants.
public enum FilterMomentField: String, Sendable, Hashable, CaseIterable {
    case due, start, created, updated, completed
}

/// Fields that are texts.
public enum FilterTextField: String, Sendable, Hashable, CaseIterable {
    case title
    /// Title and description.
    case text
}

/// What a task may have or lack.
public enum FilterPresence: String, Sendable, Hashable, CaseIterable {
    case due, start, tags, list, description, parent, template, completed
}
