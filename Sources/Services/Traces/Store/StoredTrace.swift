import OTLP

/// The spans of one trace in order of arrival, with what queries ask about all of them.
struct StoredTrace: Sendable {
    let id: TraceID
    private(set) var spans: [StoredSpan] = []
    private(set) var bytes = 0
    private(set) var taskIDs: Set<String> = []
    private(set) var services: Set<String> = []
    private(set) var lastArrival: ContinuousClock.Instant
    private(set) var start: UInt64 = .max
    private(set) var end: UInt64 = 0
    private(set) var hasError = false
    private(set) var hasRoot = false
    private(set) var publicRequests: [SpanID] = []
    private var positions: [SpanID: Int] = [:]

    init(id: TraceID, at instant: ContinuousClock.Instant) {
        self.id = id
        lastArrival = instant
    }

    /// Keeps a span; false if it is here already (an exporter that lost the answer sends again).
    mutating func add(_ stored: StoredSpan, at instant: ContinuousClock.Instant) -> Bool {
        let span = stored.span
        guard positions[span.spanID] == nil else { return false }
        positions[span.spanID] = spans.count
        spans.append(stored)
        bytes += stored.estimatedBytes
        taskIDs.formUnion(stored.taskIDs)
        services.insert(stored.service)
        lastArrival = max(lastArrival, instant)
        start = min(start, span.startTimeUnixNano)
        end = max(end, span.endTimeUnixNano)
        hasError = hasError || span.status == .error
        hasRoot = hasRoot || span.parentSpanID == nil
        if stored.isPublicRequest { publicRequests.append(span.spanID) }
        return true
    }

    var durationNano: UInt64 { end > start ? end - start : 0 }

    func span(_ id: SpanID) -> StoredSpan? {
        positions[id].map { spans[$0] }
    }

    /// The span at the top: without a parent, else (the parent never came) the earliest without a known one.
    var root: StoredSpan? {
        let candidates = spans.filter { $0.span.parentSpanID.flatMap { positions[$0] } == nil }
        let roots = candidates.filter { $0.span.parentSpanID == nil }
        return (roots.isEmpty ? candidates.isEmpty ? spans : candidates : roots)
            .min { $0.span.startTimeUnixNano < $1.span.startTimeUnixNano }
    }

    /// Whether a public request is where this trace began.
    ///
    /// A browser or a load generator may have begun the trace and sent its own client span, or only its id;
    /// either way the gateway's span is the first of ours. What a page did by itself is nobody's request.
    var beginsWithPublicRequest: Bool {
        publicRequests.contains { id in
            guard let parent = span(id)?.span.parentSpanID, let above = span(parent)?.span else {
                return true
            }
            return above.kind == .client && !above.attributes.isTrue("todo.page.background")
                && above.parentSpanID.flatMap { positions[$0] } == nil
        }
    }

    /// Quiet for `delay`, and its beginning is known.
    func isSettled(at instant: ContinuousClock.Instant, after delay: Duration) -> Bool {
        (hasRoot || beginsWithPublicRequest) && lastArrival.duration(to: instant) >= delay
    }
}
