import OTLP
import Testing
import TraceAnalysis

struct CriticalPathTests {
    @Test func `the path of a request is what its caller waited for`() throws {
        let forest = TraceSketch.order.forest
        let path = CriticalPath(forest, from: forest.roots[0])
        #expect(path.duration == forest.spans[forest.roots[0]].duration)
        #expect(path.waiting == 0)
        let names = path.segments.map { forest.spans[$0.span].span.name }
        #expect(!names.contains("send orders") && !names.contains("process orders"))
        let worst = try #require(path.shares.first)
        #expect(worst.nanoseconds == 9_800_000)
        let packet = forest.packet(of: worst.span).map { forest.spans[$0].span.name }
        #expect(Set(packet) == ["INSERT order", "INSERT outbox", "COMMIT"])
    }

    @Test func `the path of the flow leads to the last span through outbox and broker`() throws {
        let forest = TraceSketch.order.forest
        let path = CriticalPath(forest, from: forest.roots[0], to: .flow)
        #expect(path.segments.first?.start == forest.start)
        #expect(path.segments.last?.end == forest.end)
        #expect(path.duration == forest.end - forest.start)
        for (earlier, later) in zip(path.segments, path.segments.dropFirst()) {
            #expect(earlier.end == later.start)
        }
        let words = forest.words(path)
        #expect(words.contains("wait for pubsub/orders 2000"))
        #expect(words.contains("wait for send orders 11940"))
        #expect(words.last == "pubsub/orders 1000")
    }

    @Test func `of children side by side the path takes the one that ended last`() {
        var sketch = TraceSketch()
        sketch.add(1, "root", .server, of: "s", at: 0...100)
        sketch.add(2, below: 1, "short", .internal, of: "s", at: 10...60)
        sketch.add(3, below: 1, "long", .internal, of: "s", at: 12...90)
        sketch.add(4, below: 1, "before", .internal, of: "s", at: 2...9)
        let forest = sketch.forest
        let path = CriticalPath(forest, from: 0, tolerance: 0)
        #expect(forest.words(path) == ["root 2", "before 7", "root 3", "long 78", "root 10"])
    }

    @Test func `what goes on when the caller gave up is cut off there`() {
        var sketch = TraceSketch()
        sketch.add(1, "call", .client, of: "edge", at: 0...100, failed: true)
        sketch.add(2, below: 1, "answer", .server, of: "shop", at: 10...900)
        sketch.add(3, below: 2, "SELECT", .client, of: "shop", at: 20...890)
        let forest = sketch.forest
        #expect(
            forest.words(CriticalPath(forest, from: 0, tolerance: 0)) == [
                "call 10", "answer 10", "SELECT 80",
            ])
    }

    @Test func `a child that outlives a server span was not waited for`() {
        var sketch = TraceSketch()
        sketch.add(1, "answer", .server, of: "s", at: 0...100)
        sketch.add(2, below: 1, "later", .internal, of: "s", at: 50...900)
        let forest = sketch.forest
        #expect(forest.words(CriticalPath(forest, from: 0)) == ["answer 100"])
        #expect(forest.words(CriticalPath(forest, from: 0, to: .flow)) == ["answer 50", "later 850"])
    }

    @Test func `clocks that differ by a little do not hide a child`() {
        var sketch = TraceSketch()
        sketch.add(1, "root", .server, of: "s", at: 0...1000)
        sketch.add(2, below: 1, "first", .client, of: "s", at: 100...510)
        sketch.add(3, below: 1, "second", .client, of: "s", at: 500...1000)
        let forest = sketch.forest
        #expect(forest.words(CriticalPath(forest, from: 0)) == ["root 100", "first 400", "second 500"])
    }

    @Test func `a child that begins before its parent takes no time from those before it`() {
        var sketch = TraceSketch()
        sketch.add(1, "call", .client, of: "s", at: 0...300)
        sketch.add(2, below: 1, "before", .client, of: "s", at: 60...95)
        sketch.add(3, below: 1, "answer", .server, of: "t", at: 100...200)
        sketch.add(4, below: 3, "early", .client, of: "u", at: 50...150)
        let path = CriticalPath(sketch.forest, from: 0, tolerance: 0)
        #expect(
            sketch.forest.words(path) == [
                "call 60", "before 35", "call 5", "early 50", "answer 50", "call 100",
            ])
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `whatever clocks say, pieces follow one another from the root's start to its end`(seed: UInt64) {
        var chance = Chance(seed: seed)
        let ends: [UInt64] = [0, 1, .max - 1, .max]
        let spans = (1...40 as ClosedRange<UInt64>).map { id in
            // One time in twenty at the ends of time.
            let times = (0..<2).map { _ in
                chance.below(20) == 0 ? ends[chance.below(4)] : UInt64(1000 + chance.below(1000))
            }
            let span = Span(
                traceID: TraceSketch.traceID, spanID: SpanID(id),
                parentSpanID: id == 1 ? nil : SpanID(UInt64(1 + chance.below(Int(id) - 1))), name: "\(id)",
                kind: chance.below(2) == 0 ? .client : .server, startTimeUnixNano: times[0],
                endTimeUnixNano: max(times[0], times[1]))
            return TracedSpan(span, service: "s")
        }
        let forest = TraceForest(spans)
        for tolerance in [0, 50, UInt64.max] {
            for (goal, reaches) in [
                (CriticalPath.Goal.request, forest.spans.map(\.end)), (.flow, forest.reaches()),
            ] {
                for root in forest.spans.indices {
                    let path = CriticalPath(forest, from: root, to: goal, tolerance: tolerance)
                    var reached = forest.spans[root].start
                    for segment in path.segments {
                        #expect(segment.start == reached && segment.end > reached)
                        reached = segment.end
                    }
                    #expect(reached == reaches[root])
                    #expect(path.duration == reaches[root] - forest.spans[root].start)
                }
            }
        }
    }
}

/// The same numbers for the same seed.
private struct Chance {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}
