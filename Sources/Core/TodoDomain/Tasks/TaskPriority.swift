/// How much a task matters to its owner.
public enum TaskPriority: String, Sendable, Codable, CaseIterable {
    case none, low, medium, high, urgent
}

/// Where a task stands.
public enum TaskStatus: String, Sendable, Codable, CaseIterable {
    case open, completed
}
