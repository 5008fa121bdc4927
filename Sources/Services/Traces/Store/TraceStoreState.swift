import OTLP

/// What is behind the lock of a trace store.
struct TraceStoreState: Sendable {
    /// Why a trace left.
    enum Departure: Sendable {
        case spans, memory, disk
    }

    private(set) var traces: [TraceID: IndexedTrace] = [:]
    private(set) var operations = OperationTable()
    /// Traces read from the disk at the start, the oldest first: they leave before all others.
    private var past = EvictionQueue()
    /// Traces by first arrival.
    private var arrivals = EvictionQueue()
    /// Fragments in memory, in order of arrival.
    private var recent = EvictionQueue()
    /// How many those are.
    private var fragmentsInMemory = 0
    /// Traces that link to a trace, which itself need not be here.
    private(set) var linkedFrom: [TraceID: [TraceID]] = [:]
    /// Traces that have not been told as settled since their last span.
    var restless: Set<TraceID> = []
    private(set) var spans = 0
    /// Memory of spans.
    private(set) var spanBytes = 0
    /// Memory of the index.
    private var rowBytes = 0
    private(set) var evicted: [Departure: Int] = [:]
    private var nextFragment: UInt64 = 0

    private static let mostLinking = 1000

    var indexBytes: Int { rowBytes + operations.bytes }

    /// What waits to leave, also what has left by another way.
    var queued: Int { past.count + arrivals.count + recent.count }

    /// What became of the spans of an export.
    struct Added: Sendable {
        /// How many found no room in the trace.
        var refused = 0
        /// What is to be written to the disk, if anything was new.
        var entry: ArchiveEntry?
    }

    /// Takes in the spans of one trace. Those that are here already (an exporter that lost the answer sends again)
    /// change nothing.
    mutating func add(
        _ incoming: IncomingTrace, _ bytes: [UInt8], limit: Int, at instant: ContinuousClock.Instant
    ) -> Added {
        let isNew = traces[incoming.id] == nil
        let (kept, refused) = index(incoming, limit: limit, at: instant)
        guard !kept.isEmpty else { return Added(refused: refused) }
        let bytes = kept.count == incoming.items.count ? bytes : incoming.bytes { kept.contains($0) }
        let fragment = Fragment(number: nextFragment, bytes: bytes, place: nil)
        nextFragment += 1
        traces[incoming.id]?.fragments.append(fragment)
        let entry = EvictionQueue.Entry(trace: incoming.id, fragment: fragment.number)
        if isNew { arrivals.append(entry) }
        recent.append(entry)
        fragmentsInMemory += 1
        spanBytes += bytes.count
        restless.insert(incoming.id)
        return Added(
            refused: refused,
            entry: ArchiveEntry(
                trace: incoming.id, fragment: fragment.number, spans: kept.count, bytes: bytes))
    }

    /// Takes in what an earlier process left on disk.
    mutating func restore(
        _ incoming: IncomingTrace, at place: FragmentPlace, limit: Int, instant: ContinuousClock.Instant
    ) {
        let isNew = traces[incoming.id] == nil
        guard !index(incoming, limit: limit, at: instant).kept.isEmpty else { return }
        if isNew { past.append(.init(trace: incoming.id, fragment: nextFragment)) }
        traces[incoming.id]?.fragments.append(Fragment(number: nextFragment, bytes: nil, place: place))
        nextFragment += 1
    }

    private mutating func index(
        _ incoming: IncomingTrace, limit: Int, at instant: ContinuousClock.Instant
    ) -> (kept: Set<SpanID>, refused: Int) {
        let id = incoming.id
        var trace = traces.removeValue(forKey: id) ?? IndexedTrace(id: id, at: instant)
        let (bytesBefore, linkedBefore) = (trace.rows.isEmpty ? 0 : trace.indexBytes, trace.linked.count)
        var (refused, kept) = (0, Set<SpanID>())
        for item in incoming.items where !trace.holds(item.id) {
            guard trace.rows.count < limit else {
                refused += 1
                continue
            }
            let row = SpanRow(
                id: item.id, parent: item.parent, start: item.start, duration: item.duration,
                operation: operations.add(item.operation), traits: item.traits)
            trace.add(row, terms: item.terms, links: item.links, at: instant)
            kept.insert(item.id)
        }
        guard !trace.rows.isEmpty else { return (kept, refused) }
        for target in trace.linked.dropFirst(linkedBefore) { link(id, to: target) }
        spans += kept.count
        rowBytes += trace.indexBytes - bytesBefore
        traces[id] = trace
        return (kept, refused)
    }

    private mutating func link(_ source: TraceID, to target: TraceID) {
        guard linkedFrom[target, default: []].count < Self.mostLinking else { return }
        linkedFrom[target, default: []].append(source)
    }

    // MARK: Making room

    mutating func evict(to limits: TraceStoreLimits) {
        while spans > limits.spans || indexBytes > limits.indexBytes {
            guard let oldest = past.next() ?? arrivals.next() else { break }
            if traces.hasFirst(oldest) { remove(oldest.trace, .spans) }
        }
        while spanBytes > limits.bytes, let oldest = recent.next() {
            guard let (place, bytes) = traces.inMemory(oldest) else { continue }
            if traces[oldest.trace]?.fragments[place].place == nil {
                remove(oldest.trace, .memory)
            } else {
                spanBytes -= bytes.count
                fragmentsInMemory -= 1
                traces[oldest.trace]?.fragments[place].bytes = nil
            }
        }
        let here = traces
        past.prune(toAbout: here.count) { here.hasFirst($0) }
        arrivals.prune(toAbout: here.count) { here.hasFirst($0) }
        recent.prune(toAbout: fragmentsInMemory) { here.inMemory($0) != nil }
    }

    /// A fragment lies on disk now.
    mutating func note(_ place: FragmentPlace, of fragment: UInt64, in trace: TraceID) {
        guard let index = traces[trace]?.place(of: fragment) else { return }
        traces[trace]?.fragments[index].place = place
    }

    /// A segment of the log is gone, and with it the traces that have spans there, unless those are in memory as well.
    mutating func forget(segment: UInt32) {
        for (id, trace) in traces where trace.fragments.contains(where: { $0.place?.segment == segment }) {
            let isLost = trace.fragments.contains { $0.place?.segment == segment && $0.bytes == nil }
            guard !isLost else {
                remove(id, .disk)
                continue
            }
            for index in trace.fragments.indices where trace.fragments[index].place?.segment == segment {
                traces[id]?.fragments[index].place = nil
            }
        }
    }

    private mutating func remove(_ id: TraceID, _ departure: Departure) {
        guard let gone = traces.removeValue(forKey: id) else { return }
        for row in gone.rows { operations.remove(row.operation) }
        for target in gone.linked {
            linkedFrom[target]?.removeAll { $0 == id }
            if linkedFrom[target]?.isEmpty == true { linkedFrom[target] = nil }
        }
        spans -= gone.rows.count
        rowBytes -= gone.indexBytes
        for bytes in gone.fragments.lazy.compactMap(\.bytes) {
            spanBytes -= bytes.count
            fragmentsInMemory -= 1
        }
        evicted[departure, default: 0] += 1
    }
}

extension [TraceID: IndexedTrace] {
    /// Whether a trace is here since then: one that left and came again is another.
    fileprivate func hasFirst(_ entry: EvictionQueue.Entry) -> Bool {
        self[entry.trace]?.fragments.first?.number == entry.fragment
    }

    /// Where among its trace's fragments one is that is in memory, and what it holds.
    fileprivate func inMemory(_ entry: EvictionQueue.Entry) -> (place: Int, bytes: [UInt8])? {
        guard let trace = self[entry.trace], let place = trace.place(of: entry.fragment),
            let bytes = trace.fragments[place].bytes
        else { return nil }
        return (place, bytes)
    }
}
