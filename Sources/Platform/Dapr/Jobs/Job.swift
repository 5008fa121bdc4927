/// Something to be called back for, once or again and again.
///
/// At least one of `schedule` and `dueTime` is needed. Only the app that scheduled a job is called, in one of
/// its replicas, never early, at least once, in no promised order.
public struct Job: Sendable, Hashable {
    /// Unique within this app: letters, digits, dots, and `_`, `:`, `-` or blanks between them.
    public var name: String
    /// Six cron fields, seconds first, or `@every 1h`, `@daily` …; `TZ=Europe/Amsterdam ` may stand before it.
    public var schedule: String?
    /// The first time: RFC 3339, a Go duration such as `90s`, or an ISO 8601 duration.
    public var dueTime: String?
    /// How often it comes at most; for jobs with a schedule.
    public var repeats: Int?
    /// After this time it comes no more; in the forms of `dueTime`, for jobs with a schedule.
    public var timeToLive: String?
    /// JSON text that comes back in each call.
    public var data: [UInt8]?
    /// Replaces a job of the same name; without it such a job is an error.
    public var overwrite: Bool
    /// What happens when a call fails; three more attempts, a second apart, if nothing is said.
    public var failurePolicy: JobFailurePolicy?

    /// A job.
    public init(
        name: String, schedule: String? = nil, dueTime: String? = nil, repeats: Int? = nil,
        timeToLive: String? = nil, data: [UInt8]? = nil, overwrite: Bool = false,
        failurePolicy: JobFailurePolicy? = nil
    ) {
        self.name = name
        self.schedule = schedule
        self.dueTime = dueTime
        self.repeats = repeats
        self.timeToLive = timeToLive
        self.data = data
        self.overwrite = overwrite
        self.failurePolicy = failurePolicy
    }
}

/// What happens when the app does not take a job's call.
public enum JobFailurePolicy: Sendable, Hashable {
    /// This call is given up at once; the next tick comes as planned.
    case drop
    /// It is made again after a fixed pause, so many times at most; nil for ever.
    case constant(interval: Duration, maxRetries: Int? = 3)
}
