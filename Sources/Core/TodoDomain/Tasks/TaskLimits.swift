/// How much a task may hold.
public struct TaskLimits: Sendable {
    public var titleCharacters = 500
    public var descriptionBytes = 64 * 1024
    public var tags = 50
    public var tagCharacters = 64

    /// The limits of the public API.
    public init() {}
}
