import OTLP

/// What a search asks for. Conditions of a span are met by one and the same span when it is searched as Jaeger does,
/// and each by any span of the trace otherwise.
struct TraceQuery: Sendable {
    var service: String?
    var operation: String?
    var hasError: Bool?
    /// Of the whole trace, in nanoseconds.
    var duration: ClosedRange<UInt64>?
    /// Of a span that meets the other conditions.
    var spanDuration: ClosedRange<UInt64>?
    var tags: [SearchTag] = []
    var task: String?
    /// When the trace began.
    var start: ClosedRange<UInt64>?
    /// Of traces after this one in the order of lists.
    var after: TraceAge?
    /// Whether one span must meet all conditions of spans.
    var isBySpan = false

    /// Whether the index alone cannot tell; names and durations of single spans it knows.
    var needsSpans: Bool { !tags.isEmpty || task != nil }

    func meets(_ operation: Operation) -> Bool {
        service.map { $0 == operation.service } ?? true && self.operation.map { $0 == operation.name } ?? true
    }

    /// Whether the spans of a trace are what was asked for.
    func isMet(by spans: [StoredSpan]) -> Bool {
        guard task.map({ id in spans.contains { $0.speaks(ofTask: id) } }) ?? true else { return false }
        if isBySpan { return spans.contains { isMet(by: $0) } }
        guard !tags.isEmpty else { return true }
        let all = spans.reduce(into: Set<SearchTag>()) { $0.formUnion($1.tags) }
        return tags.allSatisfy { all.contains($0) }
    }

    private func isMet(by span: StoredSpan) -> Bool {
        guard meets(span.operation), spanDuration.map({ $0.contains(span.durationNano) }) ?? true else {
            return false
        }
        guard !tags.isEmpty else { return true }
        let own = Set(span.tags)
        return tags.allSatisfy { own.contains($0) }
    }
}

/// A query as the index reads it: numbers instead of names.
struct IndexQuery {
    private let query: TraceQuery
    private let operations: [Bool]?
    private let terms: [UInt32]
    private let taskTerms: [UInt32]

    init(_ query: TraceQuery, _ table: OperationTable) {
        self.query = query
        let isNarrowed = query.service != nil || query.operation != nil
        operations = isNarrowed ? table.marks(where: query.meets) : nil
        terms = query.tags.map(\.term)
        taskTerms =
            query.task.map { id in
                StoredSpan.taskKeys.map { SearchTag(key: $0, value: id).term }
            } ?? []
    }

    /// Whether a trace is what was asked for, as far as the index knows.
    func mayMeet(_ trace: IndexedTrace) -> Bool {
        if let after = query.after, !(after < trace.age) { return false }
        if let hasError = query.hasError, hasError != (trace.errorCount > 0) { return false }
        if let start = query.start, !start.contains(trace.start) { return false }
        if let duration = query.duration, !duration.contains(trace.durationNano) { return false }
        guard terms.allSatisfy(trace.terms.mayHold) else { return false }
        guard taskTerms.isEmpty || taskTerms.contains(where: trace.terms.mayHold) else { return false }
        guard operations != nil || query.spanDuration != nil else { return true }
        return trace.rows.contains { row in
            operations.map { $0[Int(row.operation)] } ?? true
                && query.spanDuration.map { $0.contains(row.duration) } ?? true
        }
    }
}
