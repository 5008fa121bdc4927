public import OTLP
import Synchronization

/// The traces of the past: an index in memory, and the spans as bytes, in memory while they are new and on disk later.
///
/// A lock and not an actor: every operation is a few dictionary steps and none of them waits. What may take longer,
/// making bytes of spans and spans of bytes, and whatever has to do with the disk, is done outside of it.
public final class TraceStore: Sendable {
    let limits: TraceStoreLimits
    let now: @Sendable () -> ContinuousClock.Instant
    let state = Mutex(TraceStoreState())
    /// Nil where everything lives in memory.
    let archive: SpanArchive?

    /// A store that forgets everything with its process.
    public convenience init(
        limits: TraceStoreLimits = TraceStoreLimits(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.init(limits: limits, archive: nil, now: now)
    }

    init(
        limits: TraceStoreLimits, archive: SpanArchive?,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.limits = limits
        self.archive = archive
        self.now = now
    }

    /// Spans that can be found at the moment.
    public var spanCount: Int { state.withLock { $0.spans } }
    /// Traces that can be found at the moment.
    public var traceCount: Int { state.withLock { $0.traces.count } }

    /// Keeps the spans of a batch; returns how many found no room in their trace.
    @discardableResult
    public func add(_ batch: [ResourceSpans]) -> Int {
        let instant = now()
        var refused = 0
        for incoming in IncomingTrace.all(of: batch) {
            let bytes = incoming.bytes
            let added = state.withLock { state in
                defer { state.evict(to: limits) }
                return state.add(incoming, bytes, limit: limits.spansPerTrace, at: instant)
            }
            refused += added.refused
            if let entry = added.entry { archive?.append(entry) }
        }
        return refused
    }

    /// One trace as a tree.
    public func trace(_ id: TraceID) async -> TraceTree? {
        await spans(of: id).map { TraceTree(id: id, spans: $0.storedSpans) }
    }

    /// Whether a trace is here and has come to rest.
    public func isSettled(_ id: TraceID) -> Bool {
        let instant = now()
        return state.withLock { state in
            state.traces[id]?.isSettled(at: instant, after: limits.settleDelay) ?? false
        }
    }

    /// The newest trace that began with a public request to the gateway.
    ///
    /// - Parameter evenUnsettled: also one that may still grow; otherwise the newest that has come to rest.
    public func lastPublicRequest(evenUnsettled: Bool = false) async -> TraceTree? {
        let instant = now()
        let found = state.withLock { state in
            var newest: IndexedTrace?
            for trace in state.traces.values where trace.hasPublicRequest {
                if let newest, newest.age < trace.age { continue }
                guard trace.beginsWithPublicRequest,
                    evenUnsettled || trace.isSettled(at: instant, after: limits.settleDelay)
                else { continue }
                newest = trace
            }
            return newest?.id
        }
        guard let found else { return nil }
        return await trace(found)
    }

    /// The spans of a trace as they came, each once.
    func spans(of id: TraceID) async -> [ResourceSpans]? {
        guard let fragments = state.withLock({ $0.traces[id]?.fragments }) else { return nil }
        var seen: Set<SpanID> = []
        var groups: [ResourceSpans] = []
        for bytes in await self.bytes(of: fragments) {
            guard let export = try? TraceCodec.decodeExport(bytes) else { continue }
            for var group in export.resourceSpans {
                for index in group.scopeSpans.indices {
                    group.scopeSpans[index].spans.removeAll { !seen.insert($0.spanID).inserted }
                }
                groups.append(group)
            }
        }
        // A segment may have left while this was going on.
        return seen.isEmpty ? nil : groups
    }

    /// In order of arrival; what is neither in memory nor on disk any more is left out.
    private func bytes(of fragments: [Fragment]) async -> [[UInt8]] {
        let places = fragments.compactMap { $0.bytes == nil ? $0.place : nil }
        guard !places.isEmpty, let archive else { return fragments.compactMap(\.bytes) }
        let read = await archive.read(places)
        let found = Dictionary(zip(places, read)) { first, _ in first }
        return fragments.compactMap { fragment in
            fragment.bytes ?? fragment.place.flatMap { found[$0] ?? nil }
        }
    }
}

extension IndexedTrace {
    /// Smaller for what is newer; of two that began together, the order is that of their ids.
    var age: TraceAge { TraceAge(start: start, id: id) }
}

/// The order of lists: newest first.
struct TraceAge: Sendable, Hashable, Comparable {
    let start: UInt64
    let id: TraceID

    static func < (left: TraceAge, right: TraceAge) -> Bool {
        (left.start, left.id.high, left.id.low) > (right.start, right.id.high, right.id.low)
    }
}
