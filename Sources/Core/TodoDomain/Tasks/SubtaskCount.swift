/// How far the tasks right below a task are; those in the trash do not count.
public struct SubtaskCount: Sendable, Codable, Hashable {
    /// All of them.
    public var total: Int64
    /// Those that are completed.
    public var completed: Int64

    /// So many of so many.
    public init(total: Int64, completed: Int64) {
        self.total = total
        self.completed = completed
    }
}
