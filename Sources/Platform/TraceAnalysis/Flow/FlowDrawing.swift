import OTLP

/// Puts each span into a stage, parents before children, and notes who led to whom.
struct FlowDrawing {
    private let forest: TraceForest
    private(set) var stages: [TraceFlow.Stage] = []
    private(set) var edges: [TraceFlow.Edge] = []
    /// The stage of each span.
    private var stageOf: [Int?]
    /// The stage of statements that belongs to a stage.
    private var writes: [Int: Int] = [:]
    /// The stage in which the events of a `create` span wait, and its last sending.
    private var outboxes: [Int: Int] = [:]
    private var sendings: [Int: Int] = [:]

    init(_ forest: TraceForest) {
        self.forest = forest
        stageOf = Array(repeating: nil, count: forest.spans.count)
    }

    mutating func draw() {
        for index in forest.inTreeOrder { place(index) }
        measure()
        measureBrokers()
        for position in edges.indices {
            edges[position].wait = stages[edges[position].to].start
                .subtractingOrZero(stages[edges[position].from].end)
        }
        addLinks()
    }

    private mutating func place(_ index: Int) {
        let span = forest.spans[index]
        let above = forest.parents[index].flatMap { stageOf[$0] }
        switch span.role {
        case .create, .statement(writes: true): join(above.map { writing(in: $0, index) }, index, .write)
        case .send: open(.publish, index, from: outbox(before: index) ?? above)
        case .delivery: open(.broker, index, from: forest.parents[index].flatMap { sendings[$0] } ?? above)
        case .hop:
            if let above, stages[above].kind == .invoke, isHop(forest.parents[index]) {
                add(index, to: above)
            } else {
                open(.invoke, index, from: above)
            }
        case .tick: open(.job, index, from: above)
        case .serve(let isJob): serve(index, from: above, isJob: isJob)
        case .process:
            if let above, stages[above].kind == .handle {
                stand(index, for: above)
            } else {
                open(.handle, index, from: above)
            }
        case .call:
            if let above, [.handle, .job].contains(stages[above].kind) {
                open(.effect, index, from: above)
            } else {
                join(above, index, .request)
            }
        case .statement(writes: false), .work:
            join(above, index, span.span.kind == .client ? .request : .job)
        }
    }

    private mutating func serve(_ index: Int, from above: Int?, isJob: Bool) {
        guard let above else { return open(isJob ? .job : .request, index, from: nil) }
        switch stages[above].kind {
        case .broker: open(.handle, index, from: above)
        case .invoke where isHop(forest.parents[index]):
            isJob ? open(.job, index, from: above) : stand(index, for: above)
        case .job where stages[above].spans.last == forest.parents[index]: stand(index, for: above)
        default: open(isJob ? .job : .request, index, from: above)
        }
    }

    private func isHop(_ index: Int?) -> Bool { index.map { forest.spans[$0].role == .hop } ?? false }

    // MARK: Stages

    private mutating func open(_ kind: TraceFlow.Kind, _ index: Int, from: Int?) {
        guard stages.count < TraceFlow.mostStages else {
            if let from = from ?? stages.indices.last { add(index, to: from) }
            return
        }
        let span = forest.spans[index]
        stages.append(
            TraceFlow.Stage(
                id: "\(kind.rawValue)-\(stages.count)", kind: kind, service: span.service,
                name: span.span.name, topic: span.topic, spans: [], start: span.start, end: span.end,
                errorCount: 0))
        let stage = stages.count - 1
        add(index, to: stage)
        if let from { edges.append(.init(from: from, to: stage, wait: 0, topic: span.topic, isLink: false)) }
        if kind == .publish, let parent = forest.parents[index] { sendings[parent] = stage }
    }

    /// Adds a span to a stage, or begins one where there is none to join.
    private mutating func join(_ stage: Int?, _ index: Int, _ kind: TraceFlow.Kind) {
        if let stage { add(index, to: stage) } else { open(kind, index, from: nil) }
    }

    private mutating func add(_ index: Int, to stage: Int) {
        stageOf[index] = stage
        stages[stage].spans.append(index)
        if forest.spans[index].isError { stages[stage].errorCount += 1 }
    }

    /// Adds a span that says best what its stage is.
    private mutating func stand(_ index: Int, for stage: Int) {
        add(index, to: stage)
        stages[stage].service = forest.spans[index].service
        stages[stage].name = forest.spans[index].span.name
        stages[stage].topic = stages[stage].topic ?? forest.spans[index].topic
    }

    /// The stage of the statements of a stage.
    private mutating func writing(in stage: Int, _ index: Int) -> Int {
        if [.write, .effect].contains(stages[stage].kind) { return stage }
        if let known = writes[stage] { return known }
        guard stages.count < TraceFlow.mostStages else { return stage }
        let kind: TraceFlow.Kind = [.handle, .job].contains(stages[stage].kind) ? .effect : .write
        let span = forest.spans[index]
        stages.append(
            TraceFlow.Stage(
                id: "\(kind.rawValue)-\(stages.count)", kind: kind, service: span.service,
                name: span.span.name, topic: nil, spans: [], start: span.start, end: span.end, errorCount: 0))
        edges.append(.init(from: stage, to: stages.count - 1, wait: 0, topic: nil, isLink: false))
        writes[stage] = stages.count - 1
        return stages.count - 1
    }

    /// Where the event of a sending waited: from its making, or as long as the sending says.
    private mutating func outbox(before send: Int) -> Int? {
        guard let create = forest.parents[send], forest.spans[create].role == .create else { return nil }
        if let known = outboxes[create] { return known }
        guard let write = stageOf[create], stages.count < TraceFlow.mostStages else { return nil }
        let (made, sent) = (forest.spans[create], forest.spans[send])
        let wait = sent.number("todo.outbox.wait_ms").map {
            $0.isFinite ? UInt64(min(max($0, 0), 1e12) * 1e6) : 0
        }
        let start = wait.map { sent.start.subtractingOrZero($0) } ?? made.end
        stages.append(
            TraceFlow.Stage(
                id: "outbox-\(stages.count)", kind: .outbox, service: made.service, name: "outbox",
                topic: made.topic, spans: [create], start: min(start, sent.start), end: sent.start,
                errorCount: 0))
        edges.append(
            .init(from: write, to: stages.count - 1, wait: 0, topic: made.topic, isLink: false))
        outboxes[create] = stages.count - 1
        return stages.count - 1
    }
}

// MARK: Times and order

extension FlowDrawing {
    private mutating func measure() {
        for stage in stages.indices where stages[stage].kind != .outbox {
            let spans = stages[stage].spans.map { forest.spans[$0] }
            stages[stage].start = spans.map(\.start).min() ?? stages[stage].start
            stages[stage].end = spans.map(\.end).max() ?? stages[stage].end
        }
    }

    /// The broker has an event from the end of its sending until the consumer is asked.
    private mutating func measureBrokers() {
        for edge in edges {
            if stages[edge.to].kind == .broker, stages[edge.from].kind == .publish {
                stages[edge.to].start = min(stages[edge.from].end, stages[edge.to].start)
            }
            if stages[edge.from].kind == .broker, stages[edge.to].kind == .handle {
                stages[edge.from].end = max(stages[edge.from].start, stages[edge.to].start)
            }
        }
    }

    /// Links say something only between stages that are not above one another already.
    private mutating func addLinks() {
        let places = Dictionary(
            forest.spans.enumerated().map { ($1.span.spanID, $0) }, uniquingKeysWith: { first, _ in first })
        let causes = Dictionary(grouping: edges, by: \.to).mapValues { $0.map(\.from) }
        // Each pair of stages is looked at once, whatever many links say of it.
        var judged = Set(edges.map { [$0.from, $0.to] })
        let most = judged.count + TraceFlow.mostLinkedPairs
        for (index, traced) in forest.spans.enumerated() {
            guard let to = stageOf[index] else { continue }
            for link in traced.span.links where link.traceID == traced.span.traceID {
                guard judged.count < most else { return }
                guard let place = places[link.spanID], let from = stageOf[place], from != to,
                    judged.insert([from, to]).inserted, !leads(from, to: to, by: causes)
                else { continue }
                let wait = stages[to].start.subtractingOrZero(stages[from].end)
                edges.append(.init(from: from, to: to, wait: wait, topic: traced.topic, isLink: true))
            }
        }
    }

    private func leads(_ from: Int, to: Int, by causes: [Int: [Int]]) -> Bool {
        var seen: Set<Int> = [to]
        var waiting = [to]
        while let next = waiting.popLast() {
            if next == from { return true }
            waiting += (causes[next] ?? []).filter { seen.insert($0).inserted }
        }
        return false
    }

    /// Stages by start, edges by where they lead, both with the indices of that order.
    func finished() -> ([TraceFlow.Stage], [TraceFlow.Edge]) {
        let order = stages.indices.sorted { (stages[$0].start, $0) < (stages[$1].start, $1) }
        var rank = Array(repeating: 0, count: stages.count)
        for (position, stage) in order.enumerated() { rank[stage] = position }
        let moved = edges.map { edge in
            var moved = edge
            (moved.from, moved.to) = (rank[edge.from], rank[edge.to])
            return moved
        }
        return (order.map { stages[$0] }, moved.sorted { ($0.to, $0.from) < ($1.to, $1.from) })
    }
}
