public import OTLP

/// Two traces beside each other, by what they did rather than by ids.
///
/// Spans are matched by their *path*: service, name (without ids) and kind of every span from the root down. Spans of one path are
/// taken together, as ten statements of one kind are; so the comparison of a trace with itself has no difference,
/// whatever its size. Rows stand in the order of a tree, the left trace's order first.
public struct TraceComparison: Sendable, Hashable {
    /// What one trace has of a path.
    public struct Side: Sendable, Hashable {
        /// How many spans.
        public var count: Int
        /// How long they lasted together, in nanoseconds.
        public var total: UInt64
        /// How many failed.
        public var errorCount: Int

        /// A side that is counted already.
        public init(count: Int, total: UInt64, errorCount: Int) {
            self.count = count
            self.total = total
            self.errorCount = errorCount
        }
    }

    /// A path with what each trace has of it.
    public struct Row: Sendable, Hashable {
        /// `service name` of each span from the root to this one.
        public var path: [String]
        /// The row of the path without its last part; nil for a root.
        public var parent: Int?
        /// How many parts of the path stand above.
        public var depth: Int
        /// Service of the last part.
        public var service: String
        /// Span name of the last part.
        public var name: String
        /// Kind of the last part.
        public var kind: SpanKind
        /// Nil where the left trace has no such path.
        public var left: Side?
        /// Nil where the right trace has no such path.
        public var right: Side?

        /// How much longer the right one took, in nanoseconds; a missing side counts as none.
        public var delta: Int64 {
            Int64(clamping: right?.total ?? 0) - Int64(clamping: left?.total ?? 0)
        }
    }

    /// Paths longer than this are taken together with the one that they begin with.
    public static let longestPath = 100

    /// In tree order.
    public let rows: [Row]

    /// Compares two traces.
    public init(_ left: TraceForest, _ right: TraceForest) {
        var table = ComparisonTable()
        table.add(left, to: \.left)
        table.add(right, to: \.right)
        rows = table.inTreeOrder()
    }
}

/// Rows in order of their first appearance, each knowing its parent.
private struct ComparisonTable {
    private struct Key: Hashable {
        let parent: Int?
        let service: String
        let name: String
        let kind: SpanKind
    }

    private var rows: [TraceComparison.Row] = []
    private var places: [Key: Int] = [:]

    mutating func add(
        _ forest: TraceForest, to side: WritableKeyPath<TraceComparison.Row, TraceComparison.Side?>
    ) {
        var rowOf: [Int: Int] = [:]
        for index in forest.inTreeOrder {
            let above = forest.parents[index].flatMap { rowOf[$0] }
            let row = row(forest.spans[index], below: above)
            rowOf[index] = row
            var sum = rows[row][keyPath: side] ?? .init(count: 0, total: 0, errorCount: 0)
            sum.count += 1
            let (total, overflow) = sum.total.addingReportingOverflow(forest.spans[index].duration)
            sum.total = overflow ? .max : total
            if forest.spans[index].isError { sum.errorCount += 1 }
            rows[row][keyPath: side] = sum
        }
    }

    private mutating func row(_ traced: TracedSpan, below above: Int?) -> Int {
        if let above, rows[above].depth + 1 >= TraceComparison.longestPath { return above }
        let name = traced.nameForm
        let key = Key(parent: above, service: traced.service, name: name, kind: traced.span.kind)
        if let known = places[key] { return known }
        let path = (above.map { rows[$0].path } ?? []) + ["\(traced.service) \(name)"]
        rows.append(
            TraceComparison.Row(
                path: path, parent: above, depth: path.count - 1, service: traced.service,
                name: name, kind: traced.span.kind, left: nil, right: nil))
        places[key] = rows.count - 1
        return rows.count - 1
    }

    /// Rows moved below their parents; rows of the right trace alone come after their siblings.
    func inTreeOrder() -> [TraceComparison.Row] {
        var below: [Int: [Int]] = [:]
        for (index, row) in rows.enumerated() { below[row.parent ?? -1, default: []].append(index) }
        var order: [Int] = []
        var waiting = Array((below[-1] ?? []).reversed())
        while let next = waiting.popLast() {
            order.append(next)
            waiting.append(contentsOf: (below[next] ?? []).reversed())
        }
        let rank = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        return order.map { index in
            var row = rows[index]
            row.parent = row.parent.flatMap { rank[$0] }
            return row
        }
    }
}
