/// What a span was waiting for, from its end back to its start.
///
/// Going back from the end, the path lies on the child that ended last; before that child began, on the last one
/// that had ended by then, and so on; between them on the span itself. Only a child that had ended can have been
/// waited for: of two that overlap, the path takes the one that ended later, and then what ended before *that* began.
///
/// Event-driven traces have children that outlive their parents, so there are two paths:
///
/// - `.request` ends where the root ends. A child that ends after its parent was not waited for and is left out, but
///   below a client span it is cut off instead: a caller waits for what it calls, and clocks differ.
/// - `.flow` ends where the last span of the tree ends, through whatever chain of spans led there. What lies between
///   the end of a parent and the start of such a child (an outbox, a broker) is a *wait* before that child.
public struct CriticalPath: Sendable, Hashable {
    /// Where the path ends.
    public enum Goal: Sendable, Hashable {
        /// With the root itself: what its caller waited for.
        case request
        /// With the last span below the root: what followed from it.
        case flow
    }

    /// A piece of the path; no two overlap.
    public struct Segment: Sendable, Hashable {
        /// The span that the time belongs to: as an index of the forest.
        public var span: Int
        /// In nanoseconds since 1970.
        public var start: UInt64
        /// In nanoseconds since 1970, after `start`.
        public var end: UInt64
        /// Nobody worked on it: the time before `span` began.
        public var isWait: Bool

        /// How long, in nanoseconds.
        public var duration: UInt64 { end - start }
    }

    /// In order of time, without gaps.
    public let segments: [Segment]

    /// The path of a root, or of any other span of the forest.
    ///
    /// - Parameter tolerance: nanoseconds by which a child may end after the next one began and still count as ended
    ///   before: clocks of two processes are read at slightly different times.
    public init(_ forest: TraceForest, from root: Int, to goal: Goal = .request, tolerance: UInt64 = 50_000) {
        guard forest.spans.indices.contains(root) else {
            segments = []
            return
        }
        var walk = CriticalPathWalk(forest, goal: goal, tolerance: tolerance)
        segments = walk.segments(from: root)
    }

    /// How long the path is, in nanoseconds.
    public var duration: UInt64 { segments.reduce(0) { $0 + $1.duration } }

    /// How much of the path lies on each span, the greatest share first; waits are not counted.
    public var shares: [(span: Int, nanoseconds: UInt64)] {
        var sums: [Int: UInt64] = [:]
        for segment in segments where !segment.isWait { sums[segment.span, default: 0] += segment.duration }
        return sums.map { (span: $0.key, nanoseconds: $0.value) }
            .sorted { ($1.nanoseconds, $0.span) < ($0.nanoseconds, $1.span) }
    }

    /// How much of the path was waiting, in nanoseconds.
    public var waiting: UInt64 { segments.reduce(0) { $0 + ($1.isWait ? $1.duration : 0) } }
}

extension TraceForest {
    /// The statements that travelled to the database in one packet with this one, itself included, by start.
    ///
    /// The answers of a packet arrive together, so spans cannot tell which of its statements took the time: whoever
    /// names one of them has to name all. Statements of one connection overlap for no other reason.
    public func packet(of index: Int) -> [Int] {
        guard let parent = parents[index], spans[index].has("db.system.name") else { return [index] }
        let own = spans[index]
        return children[parent].filter { sibling in
            let other = spans[sibling]
            guard other.has("db.system.name"), other.service == own.service else { return false }
            let overlap = min(own.end, other.end).subtractingOrZero(max(own.start, other.start))
            return sibling == index || overlap > min(own.duration, other.duration) / 2
        }
    }
}

extension UInt64 {
    /// The difference, or 0 where it would be negative.
    func subtractingOrZero(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
