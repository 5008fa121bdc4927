/// How much a task may hold.
public struct TaskLimits: Sendable {
    /// Characters as a reader counts them (grapheme clusters), after trimming.
    public var titleCharacters = 500
    /// Bytes of a title as it is sorted by: in lower case, without accents, its letters taken apart. An index takes
    /// 2 704 bytes of a row, 44 of which are the ids of user and task with what stands around them.
    public var titleKeyBytes = 2600
    /// Bytes of UTF-8, because a description is bounded for storage and not for display.
    public var descriptionBytes = 64 * 1024
    /// Tags of one task, after equal ones are folded.
    public var tags = 50
    /// Reminders of one task.
    public var reminders = 20
    /// Grapheme clusters of one tag, and of the name of a list.
    public var tagCharacters = 64

    /// Bytes of UTF-8 that a character may take on average: enough for emoji of several parts, while one letter under
    /// thousands of accents counts as what it is.
    public var bytesPerCharacter = 16

    /// The limits of the public API.
    public init() {}

    /// Whether a text is longer than so many characters, or than any such text can reasonably be.
    func exceeds(_ text: String, characters: Int) -> Bool {
        // Bytes first: counting characters reads the whole text.
        text.utf8.count > characters * bytesPerCharacter || text.count > characters
    }
}
