/// A series: a rule and the choices that RFC 5545 leaves open.
public struct RecurrenceSeries: Sendable, Hashable, Codable {
    /// What the next occurrence is counted from.
    public enum Mode: String, Sendable, Codable, CaseIterable {
        case schedule, completion
    }

    /// What becomes of an occurrence on a day that a month has not got (RFC 7529).
    public enum Skip: String, Sendable, Codable, CaseIterable {
        case omit, backward, forward
    }

    /// What becomes of occurrences that went by.
    public enum CatchUp: String, Sendable, Codable, CaseIterable {
        case skipMissed = "skip_missed"
        case each
    }

    /// Of the series, which outlives its tasks.
    public var id: EntityID
    /// The task that is its newest instance.
    public var taskID: EntityID
    /// `FREQ=…`, RFC 5545 §3.3.10.
    public var rrule: String
    /// The local time of the first occurrence.
    public var start: String
    /// Its zone; nil for dates and floating times.
    public var tz: String?
    /// What the next occurrence is counted from.
    public var mode: Mode
    /// For days that a month has not got.
    public var skip: Skip
    /// For occurrences that went by.
    public var catchUp: CatchUp
    /// Local times that are left out.
    public var excluded: [String]?
    /// Grows by one with each change of the rule.
    public var version: Int64

    /// All of it.
    public init(
        id: EntityID, taskID: EntityID, rrule: String, start: String, tz: String? = nil, mode: Mode,
        skip: Skip, catchUp: CatchUp, excluded: [String]? = nil, version: Int64
    ) {
        self.id = id
        self.taskID = taskID
        self.rrule = rrule
        self.start = start
        self.tz = tz
        self.mode = mode
        self.skip = skip
        self.catchUp = catchUp
        self.excluded = excluded
        self.version = version
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "RecurrenceSeries", "A rule for tasks that come again.",
        [
            .required("id", .uuid, "the series, which outlives its tasks"),
            .required("taskID", .uuid, "its newest task"),
            .required("rrule", .free(1...1000), "RFC 5545 §3.3.10"),
            .required("start", .local, "local time of the first occurrence"),
            .optional("tz", .zone, "its zone; absent for dates and floating times"),
            .required("mode", .oneOf(Mode.self), "what the next occurrence is counted from"),
            .required("skip", .oneOf(Skip.self), "for days that a month has not got (RFC 7529)"),
            .required("catchUp", .oneOf(CatchUp.self), "for occurrences that went by"),
            .optional("excluded", .set(of: .local, 0...1000), "local times that are left out"),
            .required("version", .count, "grows by one with each change"),
        ])
}

/// What `todo.recurrence.series_created|series_changed.v1` carry.
public struct SeriesSnapshot: EventPayload {
    /// As it is after the write.
    public var series: RecurrenceSeries

    /// A series after a write.
    public init(series: RecurrenceSeries) {
        self.series = series
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "SeriesSnapshot", "A series as it stands after the write.",
        [.required("series", .object(RecurrenceSeries.schema), "the whole series")])
}

/// What `todo.recurrence.series_ended.v1` carries.
public struct SeriesEnded: EventPayload {
    /// Why a series makes no more tasks.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        /// The rule has no further occurrence.
        case exhausted
        /// The owner ended it.
        case removed
        /// Its task was purged, or its owner is gone.
        case purged
    }

    /// The series.
    public var seriesID: EntityID
    /// Why it ended.
    public var reason: OpenWord<Reason>

    /// A series that makes no more tasks.
    public init(seriesID: EntityID, reason: Reason) {
        self.seriesID = seriesID
        self.reason = OpenWord(reason)
    }

    /// The shape on the wire.
    public static let schema = ObjectSchema(
        "SeriesEnded", "A series that makes no more tasks.",
        [
            .required("seriesID", .uuid, "the series"),
            .required("reason", .open(Reason.self), "why"),
        ])
}
