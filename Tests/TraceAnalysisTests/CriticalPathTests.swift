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
}
