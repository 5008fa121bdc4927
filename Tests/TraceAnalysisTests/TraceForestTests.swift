import OTLP
import Testing
import TraceAnalysis

struct TraceForestTests {
    @Test func `spans find their parents whatever order they come in`() throws {
        let forest = TraceSketch.order.forest
        #expect(forest.roots.count == 1)
        #expect(forest.orphans.isEmpty && forest.circles.isEmpty && forest.leftOut == 0)
        #expect(forest.spans[forest.roots[0]].span.name == "POST /orders")
        #expect(forest.inTreeOrder.count == 19)
        let commit = try #require(forest.index(named: "COMMIT", of: "billing"))
        #expect(forest.depths[commit] == 9)
        #expect(forest.ancestors(of: commit).last == forest.roots[0])
    }

    @Test func `who names a parent that is not there is an orphan, and its tree can be read`() throws {
        let forest = TraceSketch.order.forest(without: 7)
        #expect(forest.orphans.map { forest.spans[$0].span.name } == ["send orders", "pubsub/orders"])
        #expect(forest.roots.count == 3)
        let delivery = try #require(forest.index(named: "pubsub/orders"))
        #expect(forest.subtree(of: delivery).count == 6)
    }

    @Test func `a parent that is known to be elsewhere makes no orphan`() {
        var sketch = TraceSketch()
        sketch.add(2, below: 1, "POST /orders", .server, of: "edge", at: 0...10)
        #expect(sketch.forest.orphans.count == 1)
        let forest = TraceForest(sketch.spans, outside: [SpanID(1)])
        #expect(forest.orphans.isEmpty && forest.roots == [0])
    }

    @Test func `a circle is opened at its earliest span, also when a tail hangs on it`() {
        var sketch = TraceSketch()
        sketch.add(1, below: 3, "a", .internal, of: "s", at: 10...20)
        sketch.add(2, below: 1, "b", .internal, of: "s", at: 11...20)
        sketch.add(3, below: 2, "c", .internal, of: "s", at: 12...20)
        sketch.add(4, below: 3, "tail", .internal, of: "s", at: 0...1)
        sketch.add(5, below: 5, "itself", .internal, of: "s", at: 30...31)
        let forest = sketch.forest
        #expect(forest.circles.map { forest.spans[$0].span.name } == ["a", "itself"])
        #expect(forest.inTreeOrder.map { forest.spans[$0].span.name } == ["a", "b", "c", "tail", "itself"])
    }

    @Test func `a chain of many thousand spans needs no stack`() {
        var sketch = TraceSketch()
        for id in 1...30_000 as ClosedRange<UInt64> {
            sketch.add(id, below: id == 1 ? nil : id - 1, "n", .internal, of: "s", at: id...60_000 - id)
        }
        let forest = sketch.forest
        #expect(forest.depths.max() == 29_999)
        #expect(forest.selfTimes().allSatisfy { $0 <= 2000 })
        #expect(CriticalPath(forest, from: 0).duration == forest.spans[0].duration)
        #expect(TraceComparison(forest, forest).rows.count == TraceComparison.longestPath)
        #expect(TraceFlow(forest).stages.count == 1)
    }

    @Test func `spans that come twice or are too many are left out`() {
        let spans = TraceSketch.order.spans
        let forest = TraceForest(spans + spans, most: 10)
        #expect(forest.spans.count == 10)
        #expect(forest.leftOut == 28)
        #expect(TraceForest([]).start == 0)
    }

    @Test func `a span's own time is what none of its children covers`() throws {
        var sketch = TraceSketch()
        sketch.add(1, "root", .server, of: "s", at: 0...100)
        sketch.add(2, below: 1, "one", .client, of: "s", at: 10...40)
        sketch.add(3, below: 1, "beside it", .client, of: "s", at: 20...50)
        sketch.add(4, below: 1, "outlives", .client, of: "s", at: 90...300)
        let forest = sketch.forest
        #expect(forest.selfTimes().map { $0 / 1000 } == [50, 30, 30, 210])
    }

    @Test func `a span that ended before it began lasted no time`() {
        var span = Span(
            traceID: TraceSketch.traceID, spanID: SpanID(1), name: "n", kind: .internal, startTimeUnixNano: 9,
            endTimeUnixNano: 3)
        span.parentSpanID = nil
        let forest = TraceForest([TracedSpan(span, service: "s")])
        #expect(forest.spans[0].duration == 0)
        #expect(CriticalPath(forest, from: 0).segments.isEmpty)
        #expect(CriticalPath(forest, from: 7).segments.isEmpty)
    }
}
