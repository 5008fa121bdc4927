import OTLP
import TraceAnalysis

/// What the inspector shows of a trace beside its spans.
struct AnalysedTrace: Encodable, Sendable {
    struct Segment: Encodable, Sendable {
        let spanId: String
        let startUnixNano: UInt64
        let endUnixNano: UInt64
        /// Nobody worked: the time before the span began.
        let isWait: Bool

        init(_ segment: CriticalPath.Segment, _ forest: TraceForest) {
            spanId = forest.spans[segment.span].span.spanID.hex
            startUnixNano = segment.start
            endUnixNano = segment.end
            isWait = segment.isWait
        }
    }

    struct Service: Encodable, Sendable {
        let name: String
        let spanCount: Int
        let errorCount: Int
        /// Time of its spans that is not their children's.
        let selfNano: UInt64
    }

    let traceId: String
    let startUnixNano: UInt64
    let durationNano: UInt64
    let spanCount: Int
    /// What the first root was waiting for, until it ended.
    let criticalPath: [Segment]
    /// What led to the last span of its tree.
    let flowPath: [Segment]
    let services: [Service]
    let flow: AnalysedFlow
    let links: TraceLinks
    /// Spans whose parent is named and is not here.
    let orphans: [String]

    init(id: TraceID, _ forest: TraceForest, links: TraceLinks) {
        traceId = id.hex
        startUnixNano = forest.start
        durationNano = forest.end - forest.start
        spanCount = forest.spans.count
        let root = forest.roots.first ?? -1
        criticalPath = CriticalPath(forest, from: root).segments.map { Segment($0, forest) }
        flowPath = CriticalPath(forest, from: root, to: .flow).segments.map { Segment($0, forest) }
        services = Self.services(of: forest)
        flow = AnalysedFlow(forest)
        self.links = links
        orphans = forest.orphans.map { forest.spans[$0].span.spanID.hex }
    }

    private static func services(of forest: TraceForest) -> [Service] {
        let selfTimes = forest.selfTimes()
        return Dictionary(grouping: forest.spans.indices) { forest.spans[$0].service }.map { name, spans in
            Service(
                name: name, spanCount: spans.count, errorCount: spans.count { forest.spans[$0].isError },
                selfNano: spans.reduce(0) { $0 &+ selfTimes[$1] })
        }.sorted { $0.name < $1.name }
    }
}

/// The stages of an event flow and what led from one to the other.
struct AnalysedFlow: Encodable, Sendable {
    struct Stage: Encodable, Sendable {
        let id: String
        let kind: String
        let service: String
        let name: String
        let topic: String?
        let spanIds: [String]
        let startUnixNano: UInt64
        let endUnixNano: UInt64
        let errorCount: Int
    }

    struct Edge: Encodable, Sendable {
        let from: String
        let to: String
        let waitNano: UInt64
        let topic: String?
        let link: Bool
    }

    let stages: [Stage]
    let edges: [Edge]

    init(_ forest: TraceForest) {
        let flow = TraceFlow(forest)
        stages = flow.stages.map { stage in
            Stage(
                id: stage.id, kind: stage.kind.rawValue, service: stage.service, name: stage.name,
                topic: stage.topic, spanIds: stage.spans.map { forest.spans[$0].span.spanID.hex },
                startUnixNano: stage.start, endUnixNano: stage.end, errorCount: stage.errorCount)
        }
        edges = flow.edges.map { edge in
            Edge(
                from: flow.stages[edge.from].id, to: flow.stages[edge.to].id, waitNano: edge.wait,
                topic: edge.topic, link: edge.isLink)
        }
    }
}
