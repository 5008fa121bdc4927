import OTLP
import Testing
import TraceAnalysis

struct TraceFlowTests {
    @Test func `a write with its event goes through every stage`() throws {
        let forest = TraceSketch.order.forest
        let flow = TraceFlow(forest)
        #expect(
            flow.stages.map { "\($0.kind.rawValue) \($0.service) \($0.duration / 1000)" } == [
                "request edge 18000", "invoke shop 14800", "write shop 9900", "outbox shop 2000",
                "publish shop 22000", "broker billing 4000", "handle billing 4000", "effect billing 3300",
            ])
        #expect(flow.edges.map { [$0.from, $0.to] } == (0..<7).map { [$0, $0 + 1] })
        #expect(flow.edges.allSatisfy { !$0.isLink })
        #expect(flow.edges.last?.wait == 0)
        #expect(flow.stages[4].topic == "orders")
        #expect(Set(flow.stages.flatMap(\.spans)).count == forest.spans.count)
        #expect(Set(flow.stages.map(\.id)).count == flow.stages.count)
    }

    @Test func `a consumer that lost its parent hangs on its link`() throws {
        var sketch = TraceSketch.order
        sketch.add(30, below: 99, "POST /events/orders", .server, of: "mail", at: 50_000...52_000)
        sketch.add(
            31, below: 30, "process orders", .consumer, of: "mail", at: 50_100...51_000,
            [
                "messaging.operation.name": .string("process"),
                "messaging.destination.name": .string("orders"),
            ], links: [7], failed: true)
        let flow = TraceFlow(sketch.forest)
        let edge = try #require(flow.edges.first { $0.isLink })
        #expect(flow.stages[edge.from].kind == .write)
        #expect(flow.stages[edge.to].kind == .handle)
        #expect(flow.stages[edge.to].errorCount == 1)
        #expect(edge.wait == 36_200_000)
        #expect(edge.topic == "orders")
    }

    @Test func `a retried sending and a second delivery are stages of their own`() {
        var sketch = TraceSketch.order
        sketch.add(
            40, below: 7, "pubsub/orders", .client, of: "billing", at: 38_500...39_000,
            ["messaging.destination.name": .string("orders")], failed: true)
        let flow = TraceFlow(sketch.forest)
        let brokers = flow.stages.filter { $0.kind == .broker }
        #expect(brokers.map(\.errorCount) == [1, 0])
        #expect(flow.stages.count { $0.kind == .outbox } == 1)
    }

    @Test func `work that a clock began is a job, its mail and statements are effects`() {
        var sketch = TraceSketch()
        sketch.add(1, "bindings/every-minute", .client, of: "post", at: 0...100)
        sketch.add(2, below: 1, "POST /every-minute", .server, of: "post", at: 5...95)
        sketch.add(3, below: 2, "deliver mail", .internal, of: "post", at: 10...90)
        sketch.add(4, below: 3, "SMTP", .client, of: "post", at: 20...60, ["server.address": .string("mail")])
        sketch.add(
            5, below: 3, "UPDATE letter", .client, of: "post", at: 61...80,
            ["db.system.name": .string("postgresql")])
        let flow = TraceFlow(sketch.forest)
        #expect(flow.stages.map(\.kind) == [.job, .effect, .effect])
        #expect(flow.stages[0].name == "POST /every-minute")
    }

    @Test func `a flow of more stages than are drawn loses none of its spans`() {
        var sketch = TraceSketch()
        sketch.add(1, "root", .server, of: "s", at: 0...9000)
        for id in 2...1500 as ClosedRange<UInt64> {
            sketch.add(id, below: 1, "GET /x", .server, of: "s", at: id...id + 10)
        }
        let flow = TraceFlow(sketch.forest)
        #expect(flow.stages.count == TraceFlow.mostStages)
        #expect(flow.stages.reduce(0) { $0 + $1.spans.count } == 1500)
        #expect(TraceFlow(TraceForest([])).stages.isEmpty)
    }

    @Test func `of links between all stages only so many pairs are looked at`() {
        var sketch = TraceSketch()
        sketch.add(1, "root", .server, of: "s", at: 0...9000)
        let ids = 2...400 as ClosedRange<UInt64>
        for id in ids {
            sketch.add(id, below: 1, "GET /x", .server, of: "s", at: id...id + 10, links: Array(ids))
        }
        let flow = TraceFlow(sketch.forest)
        #expect(flow.edges.count { $0.isLink } == TraceFlow.mostLinkedPairs)
        #expect(Set(flow.edges.map { [$0.from, $0.to] }).count == flow.edges.count)
    }
}
