import OTLP

/// What is in memory of a trace: a row for each span, what it can be found by, and where the spans themselves are.
struct IndexedTrace: Sendable {
    let id: TraceID
    /// In order of arrival.
    private(set) var rows: [SpanRow] = []
    /// Where the spans are, in order of arrival.
    var fragments: [Fragment] = []
    private(set) var terms = TermSet()
    /// Other traces that this one links to, each once.
    private(set) var linked: [TraceID] = []
    private(set) var lastArrival: ContinuousClock.Instant
    private(set) var start: UInt64 = .max
    private(set) var end: UInt64 = 0
    private(set) var errorCount = 0
    private(set) var hasRoot = false
    private(set) var hasPublicRequest = false
    /// Ids of the spans, once there are too many to walk through.
    private var known: Set<SpanID> = []

    private static let walkable = 48
    static let mostLinked = 256

    init(id: TraceID, at instant: ContinuousClock.Instant) {
        self.id = id
        lastArrival = instant
    }

    func holds(_ span: SpanID) -> Bool {
        rows.count <= Self.walkable ? rows.contains { $0.id == span } : known.contains(span)
    }

    mutating func add(
        _ row: SpanRow, terms new: [UInt32], links: [TraceID], at instant: ContinuousClock.Instant
    ) {
        rows.append(row)
        if rows.count > Self.walkable {
            if known.isEmpty { known = Set(rows.map(\.id)) } else { known.insert(row.id) }
        }
        for term in new { terms.insert(term) }
        for other in links where other != id && linked.count < Self.mostLinked && !linked.contains(other) {
            linked.append(other)
        }
        lastArrival = max(lastArrival, instant)
        start = min(start, row.start)
        end = max(end, row.end)
        if row.traits.contains(.error) { errorCount += 1 }
        hasRoot = hasRoot || row.parent == nil
        hasPublicRequest = hasPublicRequest || row.traits.contains(.publicRequest)
    }

    /// Where a fragment is; their numbers rise.
    func place(of fragment: UInt64) -> Int? {
        var (low, high) = (0, fragments.count)
        while low < high {
            let middle = (low + high) / 2
            if fragments[middle].number < fragment { low = middle + 1 } else { high = middle }
        }
        return low < fragments.count && fragments[low].number == fragment ? low : nil
    }

    /// Memory of the index itself, beside the spans.
    var indexBytes: Int { 200 + rows.count * 56 + terms.count * 4 + linked.count * 16 + known.count * 16 }

    var durationNano: UInt64 { end > start ? end - start : 0 }

    /// The span at the top: without a parent, else (the parent never came) the earliest without a known one.
    var root: SpanRow? {
        let roots = rows.filter { $0.parent == nil }
        if !roots.isEmpty { return roots.min { $0.start < $1.start } }
        let ids = Set(rows.map(\.id))
        let candidates = rows.filter { row in row.parent.map { !ids.contains($0) } ?? true }
        return (candidates.isEmpty ? rows : candidates).min { $0.start < $1.start }
    }

    /// Whether a public request is where this trace began.
    ///
    /// A browser or a load generator may have begun the trace and sent its own client span, or only its id;
    /// either way the gateway's span is the first of ours. What a page did by itself is nobody's request.
    var beginsWithPublicRequest: Bool {
        guard hasPublicRequest else { return false }
        return rows.contains { row in
            guard row.traits.contains(.publicRequest) else { return false }
            guard let parent = row.parent, let above = rows.first(where: { $0.id == parent }) else {
                return true
            }
            guard above.traits.contains(.client), !above.traits.contains(.background) else { return false }
            return above.parent.map { top in !rows.contains { $0.id == top } } ?? true
        }
    }

    /// Quiet for `delay`, and its beginning is known.
    func isSettled(at instant: ContinuousClock.Instant, after delay: Duration) -> Bool {
        lastArrival.duration(to: instant) >= delay && (hasRoot || beginsWithPublicRequest)
    }
}
