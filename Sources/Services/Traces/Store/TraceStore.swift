public import OTLP
import Synchronization

/// The traces of the recent past, in memory and bounded.
///
/// A lock and not an actor: every operation is a few dictionary steps and none of them waits.
public final class TraceStore: Sendable {
    private let limits: TraceStoreLimits
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    fileprivate struct State {
        var traces: [TraceID: StoredTrace] = [:]
        /// Ids by first arrival. Entries before `evicted` are gone; the front is cut off now and then.
        var arrivals: [TraceID] = []
        var evicted = 0
        var byTask: [String: Set<TraceID>] = [:]
        var spans = 0
        var bytes = 0
    }

    public init(
        limits: TraceStoreLimits = TraceStoreLimits(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.limits = limits
        self.now = now
    }

    /// Spans held at the moment.
    public var spanCount: Int { state.withLock { $0.spans } }
    /// Traces held at the moment.
    public var traceCount: Int { state.withLock { $0.traces.count } }

    /// Keeps the spans of a batch; returns how many found no room in their trace.
    @discardableResult
    public func add(_ batch: [ResourceSpans]) -> Int {
        let instant = now()
        return state.withLock { state in
            var refused = 0
            for resourceSpans in batch {
                let service = resourceSpans.resource.attributes.string("service.name") ?? "unknown"
                for scopeSpans in resourceSpans.scopeSpans {
                    for span in scopeSpans.spans {
                        let stored = StoredSpan(span: span, service: service, scope: scopeSpans.scope.name)
                        if !state.add(stored, limit: limits.spansPerTrace, at: instant) { refused += 1 }
                    }
                }
            }
            state.evict(to: limits)
            return refused
        }
    }

    /// Summaries of the newest traces, newest first, of all services or of those that one took part in.
    public func newest(limit: Int, service: String? = nil) -> [TraceSummary] {
        summaries(limit: limit) { state in
            state.traces.values.filter { service.map($0.services.contains) ?? true }
        }
    }

    /// Summaries of the traces that speak of a task, newest first.
    public func traces(ofTask id: String, limit: Int = .max) -> [TraceSummary] {
        summaries(limit: limit) { state in state.byTask[id, default: []].compactMap { state.traces[$0] } }
    }

    /// One trace as a tree.
    public func trace(_ id: TraceID) -> TraceTree? {
        state.withLock { $0.traces[id] }.map(TraceTree.init)
    }

    /// Whether a trace is here and has come to rest.
    public func isSettled(_ id: TraceID) -> Bool {
        let instant = now()
        return state.withLock { $0.traces[id] }?.isSettled(at: instant, after: limits.settleDelay) ?? false
    }

    /// The newest trace that began with a public request to the gateway.
    ///
    /// - Parameter evenUnsettled: also one that may still grow; otherwise the newest that has come to rest.
    public func lastPublicRequest(evenUnsettled: Bool = false) -> TraceTree? {
        let instant = now()
        let found = state.withLock { state in
            state.traces.values
                .filter { !$0.publicRequests.isEmpty }
                .filter { evenUnsettled || $0.isSettled(at: instant, after: limits.settleDelay) }
                .filter(\.beginsWithPublicRequest)
                .max { ($0.start, $0.id.high, $0.id.low) < ($1.start, $1.id.high, $1.id.low) }
        }
        return found.map(TraceTree.init)
    }

    private func summaries(limit: Int, of select: (borrowing State) -> [StoredTrace]) -> [TraceSummary] {
        let instant = now()
        let newest = state.withLock { select($0) }
            .sorted { ($0.start, $0.id.high, $0.id.low) > ($1.start, $1.id.high, $1.id.low) }
            .prefix(limit)
        return newest.map {
            TraceSummary($0, isSettled: $0.isSettled(at: instant, after: limits.settleDelay))
        }
    }
}

extension TraceStore.State {
    fileprivate mutating func add(
        _ stored: StoredSpan, limit: Int, at instant: ContinuousClock.Instant
    ) -> Bool {
        let id = stored.span.traceID
        if traces[id] == nil { arrivals.append(id) }
        let before = traces[id]?.bytes ?? 0
        if let trace = traces[id], trace.spans.count >= limit { return trace.span(stored.span.spanID) != nil }
        guard traces[id, default: StoredTrace(id: id, at: instant)].add(stored, at: instant) else {
            return true
        }
        spans += 1
        bytes += (traces[id]?.bytes ?? 0) - before
        for task in stored.taskIDs { byTask[task, default: []].insert(id) }
        return true
    }

    fileprivate mutating func evict(to limits: TraceStoreLimits) {
        while spans > limits.spans || bytes > limits.bytes, evicted < arrivals.count {
            if let gone = traces.removeValue(forKey: arrivals[evicted]) {
                spans -= gone.spans.count
                bytes -= gone.bytes
                for task in gone.taskIDs {
                    byTask[task]?.remove(gone.id)
                    if byTask[task]?.isEmpty == true { byTask[task] = nil }
                }
            }
            evicted += 1
        }
        if evicted > 1024, evicted > arrivals.count / 2 {
            arrivals.removeFirst(evicted)
            evicted = 0
        }
    }
}
