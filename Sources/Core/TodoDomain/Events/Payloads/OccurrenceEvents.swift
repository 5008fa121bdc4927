public import FoundationEssentials

/// What `todo.recurrence.due.v1` carries: a task of a series was completed, and the next one is asked for.
public struct OccurrenceDue: EventPayload {
    /// As it is now, so that the answer needs nobody's database.
    public var series: RecurrenceSeries
    /// Names the occurrence that is asked for: the series makes one task of it, however often it is asked.
    public var occurrenceKey: String
    /// The task that was completed.
    public var taskID: EntityID
    /// When that one was due.
    public var due: DueTime?
    /// When it was completed.
    public var completedAt: Date
    /// How many there were with that one; absent where an older release asks.
    public var position: Int64?

    /// Asks for the next task.
    public init(
        series: RecurrenceSeries, occurrenceKey: String, taskID: EntityID, due: DueTime?, completedAt: Date,
        position: Int64? = nil
    ) {
        self.series = series
        self.occurrenceKey = occurrenceKey
        self.taskID = taskID
        self.due = due
        self.completedAt = completedAt
        self.position = position
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "OccurrenceDue", "A task of a series was completed, and the next one is asked for.",
        [
            .required("series", .object(RecurrenceSeries.schema), "as it is now"),
            .required("occurrenceKey", occurrenceKeySchema, "one task is made for it, ever"),
            .required("taskID", .uuid, "the task that was completed"),
            .optional("due", .object(DueTime.schema), "when that one was due"),
            .required("completedAt", .instant, "when it was completed"),
            .optional("position", .count, "how many there were with that one"),
        ])
}

/// What `todo.recurrence.generated.v1` carries.
public struct OccurrenceGenerated: EventPayload {
    /// The series.
    public var seriesID: EntityID
    /// The occurrence that was asked for.
    public var occurrenceKey: String
    /// The new task.
    public var taskID: EntityID
    /// When it is due.
    public var due: DueTime?

    /// A task was made.
    public init(seriesID: EntityID, occurrenceKey: String, taskID: EntityID, due: DueTime?) {
        self.seriesID = seriesID
        self.occurrenceKey = occurrenceKey
        self.taskID = taskID
        self.due = due
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "OccurrenceGenerated", "The next task of a series was made.",
        [
            .required("seriesID", .uuid, "the series"),
            .required("occurrenceKey", occurrenceKeySchema, "what was asked for"),
            .required("taskID", .uuid, "the new task"),
            .optional("due", .object(DueTime.schema), "when it is due"),
        ])
}

/// What `todo.recurrence.failed.v1` carries.
public struct OccurrenceFailed: EventPayload {
    /// Why no task could be made.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        case badRule = "bad_rule"
        case refused
        case attemptsExhausted = "attempts_exhausted"
    }

    /// The series.
    public var seriesID: EntityID
    /// The occurrence that was asked for.
    public var occurrenceKey: String
    /// Why there is no task.
    public var reason: OpenWord<Reason>
    /// How often it was tried.
    public var attempts: Int

    /// No task was made.
    public init(seriesID: EntityID, occurrenceKey: String, reason: Reason, attempts: Int) {
        self.seriesID = seriesID
        self.occurrenceKey = occurrenceKey
        self.reason = OpenWord(reason)
        self.attempts = attempts
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "OccurrenceFailed", "The next task of a series could not be made.",
        [
            .required("seriesID", .uuid, "the series"),
            .required("occurrenceKey", occurrenceKeySchema, "what was asked for"),
            .required("reason", .open(Reason.self), "why"),
            .required("attempts", .integer(1...1_000_000), "how often it was tried"),
        ])
}

private let occurrenceKeySchema = ValueSchema.free(1...200)
