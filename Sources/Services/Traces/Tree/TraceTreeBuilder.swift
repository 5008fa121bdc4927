import OTLP

/// Puts the spans of a trace under one another.
///
/// Input comes from the network: parents may be missing, spans may form a circle, and a chain may be
/// thousands of spans long. Circles are opened at their earliest span; below `deepest` everything hangs
/// flat, so that neither this nor a JSON reader recurses without limit.
struct TraceTreeBuilder {
    static let deepest = 120

    private let spans: [StoredSpan]
    private var children: [SpanID: [Int]] = [:]
    private var isPlaced: [Bool]

    init(_ spans: [StoredSpan]) {
        let spans = spans.sorted {
            ($0.span.startTimeUnixNano, $1.span.endTimeUnixNano, $0.span.spanID.value)
                < ($1.span.startTimeUnixNano, $0.span.endTimeUnixNano, $1.span.spanID.value)
        }
        self.spans = spans
        isPlaced = Array(repeating: false, count: spans.count)
        for (index, stored) in spans.enumerated() {
            if let parent = stored.span.parentSpanID { children[parent, default: []].append(index) }
        }
    }

    mutating func roots() -> [TraceTree.Node] {
        let known = Set(spans.map(\.span.spanID))
        var roots: [TraceTree.Node] = []
        for index in spans.indices {
            let parent = spans[index].span.parentSpanID
            if parent.map({ !known.contains($0) }) ?? true { roots.append(place(index, depth: 1)) }
        }
        for index in spans.indices where !isPlaced[index] { roots.append(place(index, depth: 1)) }
        return roots
    }

    private mutating func place(_ index: Int, depth: Int) -> TraceTree.Node {
        isPlaced[index] = true
        var node = TraceTree.Node(spans[index])
        guard depth < Self.deepest else {
            node.children = flattened(below: index)
            return node
        }
        for child in children[spans[index].span.spanID] ?? [] where !isPlaced[child] {
            node.children.append(place(child, depth: depth + 1))
        }
        return node
    }

    private mutating func flattened(below index: Int) -> [TraceTree.Node] {
        var nodes: [TraceTree.Node] = []
        var waiting = children[spans[index].span.spanID] ?? []
        while let next = waiting.popLast() {
            guard !isPlaced[next] else { continue }
            isPlaced[next] = true
            nodes.append(TraceTree.Node(spans[next]))
            waiting.append(contentsOf: children[spans[next].span.spanID] ?? [])
        }
        return nodes.sorted { ($0.startUnixNano, $0.spanId) < ($1.startUnixNano, $1.spanId) }
    }
}

extension TraceTree {
    init(id: TraceID, spans: [StoredSpan]) {
        var builder = TraceTreeBuilder(spans)
        self.init(traceId: id.hex, roots: builder.roots())
    }
}

extension TraceTree.Node {
    fileprivate init(_ stored: StoredSpan) {
        let span = stored.span
        self.init(
            spanId: span.spanID.hex, parentSpanId: span.parentSpanID?.hex, name: span.name,
            service: stored.service, scope: stored.scope, kind: span.kind.word,
            startUnixNano: span.startTimeUnixNano,
            durationNano: stored.durationNano,
            status: span.status.word, statusMessage: span.statusMessage.isEmpty ? nil : span.statusMessage,
            attributes: TraceValue.object(span.attributes),
            events: span.events.map {
                TraceTree.Event(
                    name: $0.name, timeUnixNano: $0.timeUnixNano, attributes: TraceValue.object($0.attributes)
                )
            },
            links: span.links.map {
                TraceTree.Link(
                    traceId: $0.traceID.hex, spanId: $0.spanID.hex,
                    attributes: TraceValue.object($0.attributes))
            },
            children: [])
    }
}
