import OTLP
import Testing
import TraceAnalysis

struct TraceComparisonTests {
    @Test func `a trace compared with itself has no difference`() {
        let forest = TraceSketch.order.forest
        let rows = TraceComparison(forest, forest).rows
        #expect(rows.count == 19)
        #expect(rows.allSatisfy { $0.delta == 0 && $0.left == $0.right })
        #expect(rows[0].path == ["edge POST /orders"])
        #expect(rows.map(\.depth).max() == 9)
        for (index, row) in rows.enumerated() {
            #expect(row.parent.map { rows[$0].path == row.path.dropLast() && $0 < index } ?? (row.depth == 0))
        }
    }

    @Test func `what only one has is told, and spans of one path count together`() throws {
        var right = TraceSketch.order
        for id in 50...52 as ClosedRange<UInt64> {
            right.add(
                id, below: 5, "SELECT order", .client, of: "shop", at: id * 100...id * 100 + 50, failed: true)
        }
        let rows = TraceComparison(TraceSketch.order.forest(without: 19), right.forest).rows
        let commit = try #require(rows.first { $0.name == "COMMIT" && $0.service == "billing" })
        #expect(commit.left == nil && commit.right?.count == 1 && commit.delta == 1_400_000)
        let select = try #require(rows.first { $0.name == "SELECT order" })
        #expect(select.left?.count == 1 && select.right?.count == 4 && select.right?.errorCount == 3)
        #expect(select.delta == 150_000)
    }

    @Test func `ids in names do not keep two requests apart`() throws {
        var (left, right) = (TraceSketch.order, TraceSketch.order)
        let ids = ["01a1ffe5-1883-7028-861b-1208495841c1", "01a1ffe5-0000-7028-861b-1208495841c2"]
        left.add(60, below: 5, "CallLocal/a/\(ids[0])/done", .client, of: "shop", at: 6000...6050)
        right.add(60, below: 5, "CallLocal/a/\(ids[1])/done", .client, of: "shop", at: 6000...6070)
        let rows = TraceComparison(left.forest, right.forest).rows
        let call = try #require(rows.first { $0.name == "CallLocal/a/{id}/done" })
        #expect(call.left?.count == 1 && call.right?.count == 1 && call.delta == 20_000)
    }

    @Test func `sums of spans that last for ever do not begin again at nothing`() {
        let spans = (1...3 as ClosedRange<UInt64>).map { id in
            TracedSpan(
                Span(
                    traceID: TraceSketch.traceID, spanID: SpanID(id), name: "for ever", kind: .internal,
                    startTimeUnixNano: 0, endTimeUnixNano: .max), service: "s")
        }
        let rows = TraceComparison(TraceForest(spans), TraceForest([])).rows
        #expect(rows.first?.left?.total == .max && rows.first?.delta == -.max)
    }
}
