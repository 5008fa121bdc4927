import Synchronization

/// A check that has to look before the run begins as well.
protocol WatchingCheck: RunCheck {
    /// Called once, before the first request.
    func begin(in surroundings: Surroundings) async
}

/// What was read before the run; a check is shared by the tasks of a run.
final class ReadingBefore: Sendable {
    private let kept = Mutex<MetricReading?>(nil)

    var reading: MetricReading? { kept.withLock { $0 } }

    func keep(_ reading: MetricReading) { kept.withLock { $0 = reading } }
}
