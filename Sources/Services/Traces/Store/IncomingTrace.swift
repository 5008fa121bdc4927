import OTLP

/// The spans that one export has of one trace, made ready for the index before its lock is taken.
struct IncomingTrace: Sendable {
    struct Item: Sendable {
        let id: SpanID
        let parent: SpanID?
        let start: UInt64
        let duration: UInt64
        let operation: Operation
        let traits: SpanTraits
        let terms: [UInt32]
        let links: [TraceID]
    }

    let id: TraceID
    private(set) var items: [Item] = []
    private var groups: [ResourceSpans] = []
    /// Which process and which library of the export the last span was of.
    private var origin = (group: -1, scope: -1)

    /// Each trace of an export, in order of their first spans.
    static func all(of export: [ResourceSpans]) -> [IncomingTrace] {
        var traces: [IncomingTrace] = []
        var places: [TraceID: Int] = [:]
        for (groupNumber, group) in export.enumerated() {
            for (scopeNumber, scoped) in group.scopeSpans.enumerated() {
                for span in scoped.spans {
                    let place = places[span.traceID] ?? traces.count
                    if place == traces.count {
                        traces.append(IncomingTrace(id: span.traceID))
                        places[span.traceID] = place
                    }
                    traces[place].add(span, group, scoped, at: (groupNumber, scopeNumber))
                }
            }
        }
        return traces
    }

    private init(id: TraceID) {
        self.id = id
    }

    private mutating func add(
        _ span: Span, _ group: ResourceSpans, _ scoped: ScopeSpans, at place: (group: Int, scope: Int)
    ) {
        let stored = StoredSpan(span, resource: group.resource, scope: scoped.scope)
        items.append(
            Item(
                id: span.spanID, parent: span.parentSpanID, start: span.startTimeUnixNano,
                duration: stored.durationNano, operation: stored.operation, traits: stored.traits,
                terms: stored.tags.map(\.term), links: span.links.map(\.traceID)))
        if origin.group != place.group {
            groups.append(ResourceSpans(resource: group.resource, scopeSpans: [], schemaURL: group.schemaURL))
        }
        let last = groups.count - 1
        if origin != place {
            groups[last].scopeSpans.append(
                ScopeSpans(scope: scoped.scope, spans: [], schemaURL: scoped.schemaURL))
        }
        groups[last].scopeSpans[groups[last].scopeSpans.count - 1].spans.append(span)
        origin = place
    }

    /// As they are kept.
    var bytes: [UInt8] { TraceCodec.encode(groups) }

    /// Without the spans that are here already, or have no room.
    func bytes(keeping isKept: (SpanID) -> Bool) -> [UInt8] {
        var kept: [ResourceSpans] = []
        for group in groups {
            var group = group
            for index in group.scopeSpans.indices {
                group.scopeSpans[index].spans.removeAll { !isKept($0.spanID) }
            }
            kept.append(group)
        }
        return TraceCodec.encode(kept)
    }
}
