public import OTLP

/// The spans of one trace, put below one another.
///
/// Spans are named by their index in `spans`, which is in order of start; parents come from `parentSpanID`. A span
/// whose parent is named but not here is a root and an *orphan*; so its tree can still be read. Of a circle of parents
/// the earliest span becomes a root. Of two spans with one id the first is kept.
public struct TraceForest: Sendable {
    /// More spans than this of one trace are left out, the latest first: nobody reads them, and memory has an end.
    public static let most = 50_000

    /// By start, of equal starts the longer first.
    public let spans: [TracedSpan]
    /// Spans without a parent here, by start.
    public let roots: [Int]
    /// Roots that name a parent which is not here.
    public let orphans: [Int]
    /// Roots that had to be cut out of a circle of parents.
    public let circles: [Int]
    /// Spans that came twice, or were too many.
    public let leftOut: Int

    /// The parent of each span.
    public let parents: [Int?]
    /// The children of each span, by start.
    public let children: [[Int]]
    /// How many spans stand above each.
    public let depths: [Int]

    /// Plants the forest.
    ///
    /// - Parameters:
    ///   - outside: ids of spans that are known to exist elsewhere, such as those of a caller who keeps his own; who
    ///     names one of them as parent is a root and no orphan.
    ///   - most: how many spans are kept.
    public init(_ spans: [TracedSpan], outside: Set<SpanID> = [], most: Int = TraceForest.most) {
        var planting = ForestPlanting(spans, most: most)
        planting.plant(outside: outside)
        self.spans = planting.spans
        leftOut = spans.count - planting.spans.count
        roots = planting.roots
        orphans = planting.orphans
        circles = planting.circles
        parents = planting.parents
        children = planting.children
        depths = planting.depths
    }

    /// Where the span of an id stands.
    public func index(of id: SpanID) -> Int? { spans.firstIndex { $0.span.spanID == id } }

    /// When the first span began; 0 of an empty forest.
    public var start: UInt64 { spans.first?.start ?? 0 }
    /// When the last span ended; 0 of an empty forest.
    public var end: UInt64 { spans.map(\.end).max() ?? 0 }

    /// A span and all below it, each before those below it.
    public func subtree(of index: Int) -> [Int] {
        var found: [Int] = []
        var waiting = [index]
        while let next = waiting.popLast() {
            found.append(next)
            waiting.append(contentsOf: children[next].reversed())
        }
        return found
    }

    /// All spans, each before those below it.
    public var inTreeOrder: [Int] { roots.flatMap { subtree(of: $0) } }

    /// The spans above one, from its parent to its root.
    public func ancestors(of index: Int) -> [Int] {
        var found: [Int] = []
        var next = parents[index]
        while let ancestor = next {
            found.append(ancestor)
            next = parents[ancestor]
        }
        return found
    }
}

extension TraceForest {
    /// How long each span lasted without any of its children, in nanoseconds.
    ///
    /// Children that run at the same time count once, and only as far as they lie within their parent.
    public func selfTimes() -> [UInt64] {
        spans.indices.map { index in
            let span = spans[index]
            var covered: UInt64 = 0
            var seen = span.start
            for child in children[index] {
                let start = max(spans[child].start, seen)
                let end = min(spans[child].end, span.end)
                guard end > start else { continue }
                covered += end - start
                seen = end
            }
            return span.duration - covered
        }
    }

    /// When the last span at or below each ended.
    public func reaches() -> [UInt64] {
        var reaches = spans.map(\.end)
        for index in inTreeOrder.reversed() {
            if let parent = parents[index] { reaches[parent] = max(reaches[parent], reaches[index]) }
        }
        return reaches
    }
}
