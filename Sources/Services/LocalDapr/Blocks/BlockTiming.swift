/// The periods of state, jobs and bindings. The defaults are Dapr's; tests shorten them.
public struct BlockTiming: Sendable {
    /// Between two removals of expired state.
    public var stateSweep: Duration = .seconds(3600)
    /// How long a claim on a job lasts unless it is renewed: what a killed process keeps others waiting.
    public var jobLease: Duration = .seconds(6)
    /// Between two looks for jobs when none is known to be due earlier.
    public var jobPoll: Duration = .seconds(5)
    /// How many jobs of one application are called at a time.
    public var jobsAtATime = 16
    /// How long an application may think about whether it has a binding's route.
    public var bindingProbe: Duration = .seconds(3)
    /// How long an application may take over a job or a tick. Dapr sets no limit; a bug of ours must not wait
    /// for ever.
    public var callback: Duration = .seconds(3600)

    /// The defaults.
    public init() {}
}
