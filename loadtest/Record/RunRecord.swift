import ServiceObjectives

/// Everything that a run sent, for checks that look at it afterwards.
///
/// Acknowledged writes and failures are all here. Of other requests a run may keep fewer than it sent
/// (`requestsLeftOut`): the slowest, and a sample of the rest; every latency is in the histograms anyway.
struct RunRecord: Sendable {
    /// Names the run in reports and in the resource of its spans.
    var runID: String
    /// The time of day at which durations of this record count from zero.
    var startUnixNano: UInt64
    /// The part of the run that counts: after the warm-up, before the cool-down.
    var measured: Range<Duration>
    /// By their planned start.
    var requests: [SentRequest]
    /// Requests that went well and changed nothing, and are in the histograms only.
    var requestsLeftOut = 0
    /// What the run is judged by.
    var objectives: ServiceObjectives
    /// The run was stopped before its time.
    var isInterrupted = false
    /// By whom there are requests, as ids of accounts.
    var users: [String] = []

    /// The time of day of an instant of the run, in nanoseconds since 1970.
    func unixNano(_ instant: Duration) -> UInt64 {
        startUnixNano &+ UInt64(max(0, instant.nanoseconds))
    }

    /// Writes that were acknowledged, warm-up included: each must have had its effects.
    var acknowledgedWrites: [SentRequest] { requests.filter(\.isAcknowledgedWrite) }

    /// Requests that count, the slowest first.
    func slowest(_ count: Int) -> [SentRequest] {
        let counted = requests.filter { $0.phase == .measured }
        return Array(counted.sorted { $0.latency > $1.latency }.prefix(count))
    }
}

extension Duration {
    /// Whole nanoseconds; a run is far too short to overflow them.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
    }

    /// As a fraction of seconds.
    var inSeconds: Double { Double(nanoseconds) / 1e9 }
    /// As a fraction of milliseconds.
    var inMilliseconds: Double { Double(nanoseconds) / 1e6 }
}
