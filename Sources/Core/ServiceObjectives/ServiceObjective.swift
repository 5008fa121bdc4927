/// One promise: which share of which events is good.
public struct ServiceObjective: Sendable, Equatable {
    /// A short name for labels and file names, such as `task-latency`.
    public var name: String
    /// Who answers for it: a role, or `events` for the way between them.
    public var service: String
    /// The promised share of good events, between 0 and 1.
    public var objective: Double
    /// What a good event is, in one sentence for people.
    public var goodEvent: String
    /// Where valid and bad events are counted.
    public var events: EventSource
    /// PromQL with a result only while the events must be measurable; without it, silence proves nothing. `$window` is
    /// how far it may look back.
    public var expectedWhile: String

    /// The share of events that may be bad.
    public var errorBudget: Double { RoundNumber.rounded(1 - objective) }

    /// Takes what was read or made, unchecked.
    public init(
        name: String, service: String, objective: Double, goodEvent: String, events: EventSource,
        expectedWhile: String
    ) {
        self.name = name
        self.service = service
        self.objective = objective
        self.goodEvent = goodEvent
        self.events = events
        self.expectedWhile = expectedWhile
    }
}

/// A counter, narrowed by PromQL matchers.
public struct CounterSelector: Sendable, Equatable, Codable {
    /// The series' name as Prometheus stores it.
    public var counter: String
    /// What stands between the braces.
    public var match: String

    /// Names a counter.
    public init(counter: String, match: String) {
        self.counter = counter
        self.match = match
    }
}

/// How an objective's events are counted.
public enum EventSource: Sendable, Equatable {
    /// Bad events have counters of their own, which are part of the total.
    case counters(total: [CounterSelector], bad: [CounterSelector])
    /// Durations in a histogram: good is what is within the limit.
    case durations(DurationSource)
}

/// Durations of which one bucket says how many were quick enough.
public struct DurationSource: Sendable, Equatable {
    /// The histogram's name, without `_bucket`.
    public var histogram: String
    /// What stands between the braces.
    public var match: String
    /// The limit; must be the boundary of a bucket.
    public var goodWithinSeconds: Double
    /// Measured events that are bad for another reason than slowness.
    public var alsoBad: [CounterSelector]
    /// Bad events that no duration was measured of, so that they are missing in the total as well.
    public var neverMeasured: [CounterSelector]

    /// Describes durations.
    public init(
        histogram: String, match: String, goodWithinSeconds: Double, alsoBad: [CounterSelector] = [],
        neverMeasured: [CounterSelector] = []
    ) {
        self.histogram = histogram
        self.match = match
        self.goodWithinSeconds = goodWithinSeconds
        self.alsoBad = alsoBad
        self.neverMeasured = neverMeasured
    }
}
