import OTLP

/// The walk back along a critical path; a stack of its own, since trees may be as deep as they are large.
///
/// Each span of the path has a floor, its own start or that of a span above it, whichever is later: where clocks differ
/// a span may begin before the one that it is below, and that time belongs to what lies before its parent.
struct CriticalPathWalk {
    /// A span on whose children the walk stands.
    private struct Frame {
        let span: Int
        /// Its children, those that end last first.
        let children: [Int]
        var next = 0
        /// What lies before this belongs to others.
        let floor: UInt64
        /// What lies after this belongs to the path already.
        var cursor: UInt64
        /// None of its children is on the path yet.
        var isFresh = true
        /// The caller stopped waiting before the span ended; so its children may be cut off as well.
        let isCut: Bool
    }

    private let forest: TraceForest
    private let goal: CriticalPath.Goal
    private let tolerance: UInt64
    /// Until when each span counts.
    private let reaches: [UInt64]
    /// Latest first.
    private var found: [CriticalPath.Segment] = []

    init(_ forest: TraceForest, goal: CriticalPath.Goal, tolerance: UInt64) {
        self.forest = forest
        self.goal = goal
        self.tolerance = tolerance
        reaches = goal == .flow ? forest.reaches() : forest.spans.map(\.end)
    }

    mutating func segments(from root: Int) -> [CriticalPath.Segment] {
        var stack = [frame(root, from: 0, until: reaches[root])]
        while var frame = stack.popLast() {
            guard let (child, end) = nextChild(&frame) else {
                add(frame.span, frame.floor, frame.cursor)
                continue
            }
            add(frame.span, end, frame.cursor)
            frame.cursor = max(forest.spans[child].start, frame.floor)
            frame.isFresh = false
            stack.append(frame)
            stack.append(self.frame(child, from: frame.floor, until: end))
        }
        return found.reversed()
    }

    private func frame(_ span: Int, from floor: UInt64, until end: UInt64) -> Frame {
        let children = forest.children[span].sorted {
            (reaches[$1], forest.spans[$1].start, $0) < (reaches[$0], forest.spans[$0].start, $1)
        }
        return Frame(
            span: span, children: children, floor: max(floor, forest.spans[span].start), cursor: end,
            isCut: end < reaches[span])
    }

    /// The child that was waited for last, and until when.
    private func nextChild(_ frame: inout Frame) -> (child: Int, end: UInt64)? {
        let parent = forest.spans[frame.span]
        while frame.next < frame.children.count, frame.cursor > frame.floor {
            let child = frame.children[frame.next]
            frame.next += 1
            let reach = reaches[child]
            guard forest.spans[child].start <= frame.cursor, reach > frame.floor else { continue }
            // By differences: a span may say that it ends when time does.
            if reach.subtractingOrZero(frame.cursor) <= tolerance {
                return (child, min(reach, frame.cursor))
            }
            guard goal == .request, frame.isFresh else { continue }
            let isWaitedFor = frame.isCut && reach.subtractingOrZero(parent.end) <= tolerance
            if parent.span.kind == .client || isWaitedFor { return (child, frame.cursor) }
        }
        return nil
    }

    /// Time of a span between two of its children, and what of it lies after its end.
    private mutating func add(_ span: Int, _ start: UInt64, _ end: UInt64) {
        guard end > start else { return }
        let ended = forest.spans[span].end
        if end > ended {
            let later = found.last?.span ?? span
            found.append(.init(span: later, start: max(start, ended), end: end, isWait: true))
        }
        if min(end, ended) > start {
            found.append(.init(span: span, start: start, end: min(end, ended), isWait: false))
        }
    }
}
