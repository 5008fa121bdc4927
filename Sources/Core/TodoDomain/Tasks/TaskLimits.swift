/// How much a task may hold.
public struct TaskLimits: Sendable {
    /// Characters as a reader counts them (grapheme clusters), after trimming.
    public var titleCharacters = 500
    /// Bytes of UTF-8, because a description is bounded for storage and not for display.
    public var descriptionBytes = 64 * 1024
    /// Tags of one task, after equal ones are folded.
    public var tags = 50
    /// Grapheme clusters of one tag, and of the name of a list.
    public var tagCharacters = 64

    /// The limits of the public API.
    public init() {}
}
