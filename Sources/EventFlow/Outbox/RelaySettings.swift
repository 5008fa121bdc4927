extension OutboxRelay {
    /// How the relay paces itself.
    public struct Settings: Sendable {
        /// Keys in one look into the outbox, over all shards.
        public var keys = 512
        /// Events that one round reads; also how many may be sent twice when the process dies.
        public var batch = 1000
        /// Calls with one event at a time.
        public var concurrency = 16
        /// From how many keys on events share calls.
        public var bulkFrom = 64
        /// Events in one call at most; the sidecar's own limit is of bytes only.
        public var bulkSize = 100
        /// Bytes in one call at most; the sidecar takes 4 MiB.
        public var bulkBytes = 1_048_576
        /// Calls with many events at a time.
        public var bulkCalls = 4
        /// How long a wake-up may be missed.
        public var pollInterval: Duration = .seconds(1)
        /// How often to look where no notification arrives.
        public var pollIntervalUnnotified: Duration = .milliseconds(200)
        /// How long a shard is held without a sign of life. Longer means rarer renewals, and a longer wait for
        /// the events of a relay that died.
        public var lease: Duration = .seconds(5)
        /// How long a call to the sidecar may take: none begins when less of the lease is left. The client's
        /// own time limit should not be longer.
        public var callLimit: Duration = .milliseconds(1500)
        /// Waits after failures: doubling from the first to the last.
        public var backoff: ClosedRange<Duration> = .milliseconds(200) ... .seconds(5)
        /// Refusals after which an event is set aside, if its topic takes others meanwhile.
        public var attempts = 50
        /// How long a topic counts as taking events after it took one.
        public var topicMemory: Duration = .seconds(60)
        /// How often the backlog is counted, if that is cheap.
        public var measureInterval: Duration = .seconds(5)

        /// The settings that services run with.
        public init() {}

        /// A count may cost one percent of the time. One that was slow by accident, on a database just back from an
        /// outage, must not leave the alerts with old figures for long.
        func pause(afterCounting cost: Duration) -> Duration {
            min(max(measureInterval, cost * 100), measureInterval * 12)
        }

        func pause(after failures: Int) -> Duration {
            min(backoff.lowerBound * (1 << min(max(0, failures - 1), 16)), backoff.upperBound)
        }
    }
}
