/// How long failed deliveries of one event are repeated: the inbound resiliency policy of the platform.
///
/// The pauses grow until `maximum`; when their sum reaches `patience` the event counts as undeliverable. Five
/// minutes outlast every restart of a consumer, so that only a poisoned event ends on the dead-letter topic.
public struct RetryPolicy: Sendable {
    /// The first pause.
    public var initial: Duration
    /// The longest pause.
    public var maximum: Duration
    /// The sum of pauses after which the event is given up.
    public var patience: Duration

    /// Makes a policy; the defaults are those of the platform's resiliency document.
    public init(
        initial: Duration = .milliseconds(200), maximum: Duration = .seconds(15),
        patience: Duration = .seconds(300)
    ) {
        self.initial = initial
        self.maximum = maximum
        self.patience = patience
    }
}

/// The pauses still to come for one event.
struct RetrySchedule {
    private let policy: RetryPolicy
    private var next: Duration
    private var waited: Duration = .zero

    init(_ policy: RetryPolicy) {
        self.policy = policy
        next = policy.initial
    }

    var isExhausted: Bool { waited >= policy.patience }

    /// The next pause. It stays at the maximum for ever, for events that have no dead-letter topic.
    mutating func nextPause() -> Duration {
        let pause = next
        waited += pause
        next = min(next * 2, policy.maximum)
        return pause
    }
}
