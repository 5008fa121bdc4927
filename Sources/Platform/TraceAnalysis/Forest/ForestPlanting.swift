import OTLP

/// Finds parents, opens circles and measures depths, without recursion.
struct ForestPlanting {
    let spans: [TracedSpan]
    private(set) var parents: [Int?]
    private(set) var children: [[Int]]
    private(set) var depths: [Int]
    private(set) var roots: [Int] = []
    private(set) var orphans: [Int] = []
    private(set) var circles: [Int] = []

    init(_ given: [TracedSpan], most: Int) {
        var seen: Set<SpanID> = []
        let unique = given.filter { seen.insert($0.span.spanID).inserted }
        spans = Array(
            unique.sorted {
                ($0.start, $1.end, $0.span.spanID.value) < ($1.start, $0.end, $1.span.spanID.value)
            }.prefix(max(0, most)))
        parents = Array(repeating: nil, count: spans.count)
        children = Array(repeating: [], count: spans.count)
        depths = Array(repeating: 0, count: spans.count)
    }

    mutating func plant(outside: Set<SpanID>) {
        let places = Dictionary(
            spans.enumerated().map { ($1.span.spanID, $0) }, uniquingKeysWith: { first, _ in first })
        for (index, traced) in spans.enumerated() {
            guard let parent = traced.span.parentSpanID, parent.isValid else {
                roots.append(index)
                continue
            }
            if let place = places[parent] {
                parents[index] = place
                children[place].append(index)
            } else {
                roots.append(index)
                if !outside.contains(parent) { orphans.append(index) }
            }
        }
        openCircles()
    }

    /// What no root reaches hangs on a circle.
    private mutating func openCircles() {
        var isReached = Array(repeating: false, count: spans.count)
        func reach(_ root: Int, _ depths: inout [Int]) {
            var waiting = [root]
            isReached[root] = true
            while let next = waiting.popLast() {
                for child in children[next] where !isReached[child] {
                    isReached[child] = true
                    depths[child] = depths[next] + 1
                    waiting.append(child)
                }
            }
        }
        for root in roots { reach(root, &depths) }
        for index in spans.indices where !isReached[index] {
            let root = earliest(onCircleAbove: index)
            if let parent = parents[root] { children[parent].removeAll { $0 == root } }
            parents[root] = nil
            roots.append(root)
            circles.append(root)
            reach(root, &depths)
        }
        roots.sort()
    }

    /// Follows parents until they repeat; the lowest index of the repetition is the earliest span.
    private func earliest(onCircleAbove index: Int) -> Int {
        var seen: Set<Int> = []
        var next = index
        while seen.insert(next).inserted, let parent = parents[next] { next = parent }
        var lowest = next
        var member = parents[next]
        while let current = member, current != next {
            lowest = min(lowest, current)
            member = parents[current]
        }
        return lowest
    }
}
