/// The periods of the stand-in. The defaults are Dapr's or the platform's; tests shorten them.
public struct SidecarTiming: Sendable {
    /// Between two looks at a closed application port.
    public var portPoll: Duration = .milliseconds(100)
    /// Between two looks at an open one, to notice a restart without traffic.
    public var presencePoll: Duration = .seconds(1)
    /// How long an application may take over one event where no Resiliency document says it: as good as for ever.
    public var deliveryTimeout: Duration = .seconds(24 * 3600)
    /// Before the broker itself delivers an event again that failed for good and has no dead-letter topic.
    public var redelivery: Duration = .seconds(5)
    /// How long a delivery under way may go on after the stop.
    public var drain: Duration = .seconds(10)
    /// After a failure of the database.
    public var logFailurePause: Duration = .seconds(1)
    /// Between invocations of an application that does not listen.
    public var invokeRetryPause: Duration = .seconds(1)
    /// How often such an invocation is repeated.
    public var invokeRetries = 3
    /// How long an invoked application may take.
    public var invokeTimeout: Duration = .seconds(120)
    /// How long records are kept.
    public var retention: Duration = .seconds(7 * 24 * 3600)
    /// How long dead letters are kept.
    public var deadLetterRetention: Duration = .seconds(14 * 24 * 3600)
    /// Between two retention sweeps.
    public var sweepPause: Duration = .seconds(3600)

    /// State, jobs and bindings.
    public var blocks = BlockTiming()

    /// The defaults.
    public init() {}
}
