public import CoreMetrics
import Synchronization

/// Asks again and again how long work waits for its turn: on an event loop, or for a thread of the task pool.
///
/// What it hands over does nothing but look at the clock. Only one piece of work waits at a time, so that a place that
/// is stuck does not collect probes; how long the one has waited is then recorded when it comes through at last.
public final class DelayProbe: Sendable {
    private let delays: CoreMetrics.Timer
    private let now: @Sendable () -> UInt64
    private let isWaiting = Atomic(false)

    /// - Parameters:
    ///   - metric: the histogram, such as `todo.runtime.task_delay`.
    ///   - now: nanoseconds of a clock that only goes forward.
    public init(
        _ metric: String, dimensions: [(String, String)] = [],
        factory: any MetricsFactory,
        now: @escaping @Sendable () -> UInt64 = SpanClock.system.monotonicNanoseconds
    ) {
        delays = CoreMetrics.Timer(
            label: metric, dimensions: dimensions, preferredDisplayUnit: .seconds, factory: factory)
        self.now = now
    }

    /// Sends the next probe, unless the last one still waits.
    ///
    /// - Parameter submit: hands work to the place that is watched.
    /// - Returns: whether a probe was sent.
    @discardableResult
    public func send(_ submit: (@escaping @Sendable () -> Void) -> Void) -> Bool {
        let (isFree, _) = isWaiting.compareExchange(
            expected: false, desired: true, ordering: .acquiringAndReleasing)
        guard isFree else { return false }
        let sent = now()
        submit { [self] in
            delays.recordNanoseconds(Int64(clamping: now() &- sent))
            isWaiting.store(false, ordering: .releasing)
        }
        return true
    }
}
