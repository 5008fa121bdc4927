import OTLP
import TraceAnalysis

/// Where the time of one request lies.
struct RequestExplanation: Sendable {
    /// A share of the time.
    struct Part: Sendable, Equatable {
        /// A span's name and service, or what happened outside of spans.
        var what: String
        var nanoseconds: Double
        /// The service, where this is its own time in a request: its code, or its wait for a connection.
        var within: String?
        /// Whether it waits for a connection that others hold.
        var isForConnection = false
    }

    var request: SentRequest
    /// The largest first; together the request's latency.
    var parts: [Part]
    /// How long statements that change something held a connection, by the first of their packet.
    var held: [String: Duration] = [:]

    init(_ request: SentRequest, _ forest: TraceForest, _ run: RunRecord) {
        self.request = request
        var sums: [String: Double] = [:]
        var within: [String: String] = [:]
        var forConnection: Set<String> = []
        let waited = Double((request.sent - request.planned).nanoseconds)
        if waited > 0 { sums["waiting to be sent (the generator, or no free place)"] = waited }
        var rest = Double(request.naiveLatency.nanoseconds)
        if let gateway = forest.inTreeOrder.first(where: { Self.isEntrance(forest.spans[$0]) }) {
            let path = CriticalPath(forest, from: gateway)
            for share in path.shares {
                let (span, words) = (forest.spans[share.span], Self.words(share.span, in: forest))
                let waits = Self.isWait(span)
                if waits { forConnection.insert(words) }
                if waits || span.span.kind == .server { within[words] = span.service }
                sums[words, default: 0] += Double(share.nanoseconds)
                rest -= Double(share.nanoseconds)
            }
        }
        if rest > 0 { sums["outside of any span (network, generator)"] = rest }
        parts = sums.map { what, nanoseconds in
            Part(
                what: what, nanoseconds: nanoseconds, within: within[what],
                isForConnection: forConnection.contains(what))
        }.sorted { ($1.nanoseconds, $0.what) < ($0.nanoseconds, $1.what) }
        held = Self.held(in: forest)
    }

    /// Packets only: a statement alone waits for its connection within its span, those of a transaction have theirs.
    private static func held(in forest: TraceForest) -> [String: Duration] {
        var held: [String: Duration] = [:]
        for index in forest.spans.indices where forest.spans[index].has("db.system.name") {
            let packet = forest.packet(of: index)
            guard packet.count > 1, packet.first == index,
                let writing = packet.first(where: { !forest.spans[$0].span.name.hasPrefix("SELECT") }),
                let end = packet.map({ forest.spans[$0].end }).max()
            else { continue }
            let name = "\(forest.spans[writing].span.name) of \(forest.spans[index].service)"
            held[name, default: .zero] += .nanoseconds(Int64(clamping: end &- forest.spans[index].start))
        }
        return held
    }

    private static func isWait(_ span: TracedSpan) -> Bool { span.has("db.client.connection.pool.name") }

    private static func isEntrance(_ span: TracedSpan) -> Bool {
        span.span.kind == .server && span.service == "gateway"
    }

    /// Statements of one packet are named together in their order, since nobody can tell them apart.
    private static func words(_ index: Int, in forest: TraceForest) -> String {
        let span = forest.spans[index]
        let packet = forest.packet(of: index)
        guard packet.count > 1 else { return "\(span.span.name) of \(span.service)" }
        let counts = Dictionary(grouping: packet) { forest.spans[$0].span.name }.mapValues(\.count)
        var names: [String] = []
        for member in packet where !names.contains(forest.spans[member].span.name) {
            names.append(forest.spans[member].span.name)
        }
        let shown = names.prefix(5).map { name in
            counts[name].map { $0 > 1 ? "\(name) ×\($0)" : name } ?? name
        }
        let more = names.count > 5 ? " + \(names.count - 5) more" : ""
        return "\(shown.joined(separator: " + "))\(more) of \(span.service), one packet"
    }

    /// `412 ms create task: 380 ms INSERT task of tasks, 12 ms …`
    var text: String {
        let latency = Figure.milliseconds(Double(request.latency.nanoseconds))
        let shares = parts.prefix(4).map { "\(Figure.milliseconds($0.nanoseconds)) \($0.what)" }
        return "\(latency) \(request.operation): \(shares.joined(separator: ", "))"
    }
}
