import OTLP
import Synchronization

extension TraceStore {
    /// A trace whose beginning is still missing after so long will not be told as settled any more.
    private static let patience = Duration.seconds(30)

    /// The traces that came to rest since this was asked last, the earliest first.
    func takeSettled() -> [TraceSummary] {
        let instant = now()
        return state.withLock { state in
            var settled: [IndexedTrace] = []
            for id in state.restless {
                guard let trace = state.traces[id] else {
                    state.restless.remove(id)
                    continue
                }
                if trace.isSettled(at: instant, after: limits.settleDelay) {
                    settled.append(trace)
                    state.restless.remove(id)
                } else if trace.lastArrival.duration(to: instant) > Self.patience {
                    state.restless.remove(id)
                }
            }
            return settled.sorted { $1.age < $0.age }
                .map { TraceSummary($0, state.operations, isSettled: true) }
        }
    }
}
