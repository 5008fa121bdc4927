import OTLP
import Synchronization

extension TraceStore {
    /// Summaries of the newest traces, newest first, of all services or of those that one took part in.
    public func newest(limit: Int, service: String? = nil) async -> [TraceSummary] {
        await find(TraceQuery(service: service), limit: limit)
    }

    /// Summaries of the traces that speak of a task, newest first.
    public func traces(ofTask id: String, limit: Int = 1000) async -> [TraceSummary] {
        await find(TraceQuery(task: id), limit: limit)
    }

    /// A trace that was found.
    struct Found: Sendable {
        let summary: TraceSummary
        let age: TraceAge
    }

    /// What may be looked into for one search; a question so wide that this does not suffice gets what was found.
    static let mostReadTraces = 2000

    /// What meets a query, newest first.
    func find(_ query: TraceQuery, limit: Int) async -> [TraceSummary] {
        guard query.needsSpans else { return candidates(query, limit: limit).map(\.summary) }
        var found: [TraceSummary] = []
        await search(query, limit: limit) { trace, _ in
            found.append(trace.summary)
            return true
        }
        return found
    }

    /// Hands on what meets a query with its spans, newest first, as long as more is wanted: one trace at a time, since
    /// all together may be larger than memory is.
    func search(
        _ query: TraceQuery, limit: Int, _ wantsMore: (Found, [ResourceSpans]) throws -> Bool
    ) async rethrows {
        var (query, found, read) = (query, 0, 0)
        while read < Self.mostReadTraces, !Task.isCancelled {
            let candidates = candidates(query, limit: limit)
            for candidate in candidates {
                read += 1
                guard let spans = await spans(of: candidate.age.id), query.isMet(by: spans.storedSpans) else {
                    continue
                }
                found += 1
                guard try wantsMore(candidate, spans), found < limit else { return }
            }
            guard candidates.count == limit, let last = candidates.last else { break }
            query.after = last.age
        }
    }

    /// What meets a query as far as the index knows, newest first.
    private func candidates(_ query: TraceQuery, limit: Int) -> [Found] {
        let instant = now()
        return state.withLock { state in
            let wanted = IndexQuery(query, state.operations)
            var newest = NewestTraces(limit: limit)
            for trace in state.traces.values where newest.hasRoom(for: trace.age) && wanted.mayMeet(trace) {
                newest.insert(trace.age)
            }
            return newest.ages.compactMap { age in
                state.traces[age.id].map { trace in
                    let isSettled = trace.isSettled(at: instant, after: limits.settleDelay)
                    return Found(
                        summary: TraceSummary(trace, state.operations, isSettled: isSettled), age: age)
                }
            }
        }
    }

    /// The line of one trace.
    func summary(of id: TraceID) -> TraceSummary? {
        let instant = now()
        return state.withLock { state in
            state.traces[id].map { trace in
                TraceSummary(
                    trace, state.operations,
                    isSettled: trace.isSettled(at: instant, after: limits.settleDelay))
            }
        }
    }

    /// Who has spans here, and which.
    func operations() -> [Operation] { state.withLock { Array($0.operations.all) } }

    /// How often spans of one service are right below spans of another.
    func dependencies(in range: ClosedRange<UInt64>?) -> [Dependency] {
        state.withLock { state in
            var counts: [Dependency.Pair: Int] = [:]
            for trace in state.traces.values where range.map({ $0.contains(trace.start) }) ?? true {
                let services = trace.rows.reduce(into: [SpanID: String]()) { services, row in
                    services[row.id] = state.operations[row.operation].service
                }
                for row in trace.rows {
                    guard let parent = row.parent.flatMap({ services[$0] }), let child = services[row.id],
                        parent != child
                    else { continue }
                    counts[Dependency.Pair(parent: parent, child: child), default: 0] += 1
                }
            }
            return counts.map { Dependency(pair: $0.key, callCount: $0.value) }
                .sorted { ($0.pair.parent, $0.pair.child) < ($1.pair.parent, $1.pair.child) }
        }
    }
}

/// A service that calls another, and how often.
struct Dependency: Sendable {
    struct Pair: Sendable, Hashable {
        let parent: String
        let child: String
    }

    let pair: Pair
    let callCount: Int
}

/// The newest of many, kept in order while they are walked through.
struct NewestTraces {
    private let limit: Int
    private(set) var ages: [TraceAge] = []

    init(limit: Int) {
        self.limit = limit
    }

    func hasRoom(for age: TraceAge) -> Bool {
        guard ages.count >= limit, let oldest = ages.last else { return limit > 0 }
        return age < oldest
    }

    mutating func insert(_ age: TraceAge) {
        var (low, high) = (0, ages.count)
        while low < high {
            let middle = (low + high) / 2
            if ages[middle] < age { low = middle + 1 } else { high = middle }
        }
        ages.insert(age, at: low)
        if ages.count > limit { ages.removeLast() }
    }
}
