import Synchronization

/// What others may say to the thread about one transfer while it runs: end it, or look at it again.
///
/// Every transfer has its own, so that news about it can overtake the order itself.
final class TransferControl: Sendable {
    private let cancelled = Atomic(false)
    /// Weak in effect: a stream that outlives its client finds the engine finished, not gone.
    private let engine: TransferEngine

    init(engine: TransferEngine) {
        self.engine = engine
    }

    /// Nobody waits any more.
    func cancel() {
        cancelled.store(true, ordering: .releasing)
        engine.wake(self)
    }

    /// A side that was paused can go on.
    func wake() {
        engine.wake(self)
    }

    var isCancelled: Bool {
        cancelled.load(ordering: .acquiring)
    }
}
