import Synchronization

/// Keeps what it is given, for tests of whoever makes spans.
public final class InMemorySpanExporter: SpanExporter, Sendable {
    private struct State: Sendable {
        var spans: [FinishedSpan] = []
        var isShutDown = false
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: the most spans kept; further ones fail, so that a forgotten exporter stays small.
    public init(capacity: Int = 10_000) {
        self.capacity = capacity
    }

    /// The spans that were exported, in order of their arrival.
    public var spans: [FinishedSpan] { state.withLock { $0.spans } }

    /// Forgets the spans.
    public func reset() {
        state.withLock { $0.spans = [] }
    }

    /// Keeps the spans.
    public func export(_ spans: [FinishedSpan]) async -> ExportOutcome {
        state.withLock { state in
            guard !state.isShutDown else {
                return ExportOutcome(exported: 0, failed: spans.count, errorType: "already_shutdown")
            }
            let kept = spans.prefix(max(0, capacity - state.spans.count))
            state.spans += kept
            return ExportOutcome(
                exported: kept.count, failed: spans.count - kept.count, errorType: "memory_full")
        }
    }

    /// Refuses what comes later; what was kept stays to be looked at.
    public func shutdown() async {
        state.withLock { $0.isShutDown = true }
    }
}
