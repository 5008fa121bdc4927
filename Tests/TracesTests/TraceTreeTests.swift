import EventFlow
import FoundationEssentials
import OTLP
import Testing
import Traces

@Suite struct TraceTreeTests {
    private func tree(_ batches: [ResourceSpans]) async throws -> TraceTree {
        let store = TraceStore()
        store.add(batches)
        return try #require(await store.trace(SampleTrace.traceID))
    }

    /// Names with their children in brackets.
    private func outline(_ nodes: [TraceTree.Node]) -> String {
        nodes.map { $0.children.isEmpty ? $0.name : "\($0.name)[\(outline($0.children))]" }.joined(
            separator: " ")
    }

    @Test func `children hang below their parents in order of their start`() async throws {
        let tree = try await tree([
            SampleTrace.batch(
                "a", SampleTrace.span(3, below: 1, "late", at: 5),
                SampleTrace.span(2, below: 1, "early", at: 2),
                SampleTrace.span(4, below: 2, "deep", at: 9), SampleTrace.span(1, "top"))
        ])
        #expect(outline(tree.roots) == "top[early[deep] late]")
        #expect(tree.allNodes.map(\.name) == ["top", "early", "deep", "late"])
    }

    @Test func `of two that start together the longer comes first`() async throws {
        let tree = try await tree([
            SampleTrace.batch("a", SampleTrace.span(1, "short", for: 1), SampleTrace.span(2, "long", for: 2))
        ])
        #expect(outline(tree.roots) == "long short")
    }

    @Test func `a span whose parent is missing is a root and keeps its parent's id`() async throws {
        let tree = try await tree([
            SampleTrace.batch("a", SampleTrace.span(1, "top"), SampleTrace.span(3, below: 2, "orphan", at: 4))
        ])
        #expect(outline(tree.roots) == "top orphan")
        #expect(tree.roots.map(\.parentSpanId) == [nil, "0000000000000002"])
    }

    @Test func `spans in a circle are shown all the same`() async throws {
        let tree = try await tree([
            SampleTrace.batch(
                "a", SampleTrace.span(1, below: 1, "self"), SampleTrace.span(2, below: 3, "one", at: 1),
                SampleTrace.span(3, below: 2, "other", at: 2))
        ])
        #expect(outline(tree.roots) == "self one[other]")
    }

    @Test func `a chain of ten thousand spans keeps them all and survives JSON`() async throws {
        let store = TraceStore()
        for id in 1...10_000 as ClosedRange<UInt64> {
            let parent: UInt64? = id == 1 ? nil : id - 1
            store.add([SampleTrace.batch("a", SampleTrace.span(id, below: parent, "link", at: Double(id)))])
        }
        let tree = try #require(await store.trace(SampleTrace.traceID))
        #expect(tree.allNodes.count == 10_000)
        let decoded = try JSONDecoder().decode(TraceTree.self, from: JSONEncoder().encode(tree))
        #expect(decoded == tree)
        #expect(TraceTreePrinter(color: false).text(of: tree).split(separator: "\n").count == 10_002)
    }

    @Test func `the JSON has the agreed shape`() async throws {
        var span = SampleTrace.span(
            2, below: 1, "GET /x", .server, for: 2,
            attributes: [
                Attribute("n", .int(-7)), Attribute("s", .string("t")), Attribute("b", .bool(true)),
                Attribute("d", .double(0.5)), Attribute("inf", .double(.infinity)),
                Attribute("raw", .bytes([0, 255])),
                Attribute("list", .array([.int(1), .empty])),
                Attribute("map", .map([Attribute("k", .string("v"))])),
            ])
        span.status = .error
        span.statusMessage = "no"
        span.links = [
            Link(
                traceID: TraceID(high: 0, low: 1), spanID: SpanID(2),
                attributes: [Attribute("why", .string("x"))])
        ]
        span.events = [SpanEvent(timeUnixNano: .max, name: "e")]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let tree = try await tree([SampleTrace.batch("gateway", scope: "lib", span)])
        let json = String(decoding: try encoder.encode(tree), as: UTF8.self)
        #expect(
            json == """
                {"roots":[{"attributes":{"b":true,"d":0.5,"inf":"inf","list":[1,null],"map":{"k":"v"},"n":-7,\
                "raw":"AP8=","s":"t"},"children":[],"durationNano":2000000,\
                "events":[{"attributes":{},"name":"e","timeUnixNano":18446744073709551615}],"kind":"server",\
                "links":[{"attributes":{"why":"x"},"spanId":"0000000000000002",\
                "traceId":"00000000000000000000000000000001"}],"name":"GET /x","parentSpanId":"0000000000000001",\
                "scope":"lib","service":"gateway","spanId":"0000000000000002","startUnixNano":1795253400125000000,\
                "status":"error","statusMessage":"no"}],"traceId":"0af7651916cd43dd8448eb211c80319c"}
                """)
        #expect(try JSONDecoder().decode(TraceTree.self, from: Data(json.utf8)) == tree)
        // What is written by hand is the same, but for what a double looks like.
        #expect(try String(decoding: WireJSON.encode(tree), as: UTF8.self) == json)
    }

    @Test func `every kind has its word`() async throws {
        let kinds: [SpanKind] = [.internal, .server, .client, .producer, .consumer, .unspecified]
        let spans = kinds.enumerated().map { SampleTrace.span(UInt64($0 + 1), "k", $1, at: Double($0)) }
        let tree = try await tree(spans.map { SampleTrace.batch("a", $0) })
        #expect(
            tree.roots.map(\.kind) == ["internal", "server", "client", "producer", "consumer", "unspecified"])
        #expect(Set(tree.roots.map(\.status)) == ["unset"])
    }

    @Test func `a span that ends before it starts has no duration`() async throws {
        var span = SampleTrace.span(1, "odd")
        span.endTimeUnixNano = span.startTimeUnixNano - 5
        #expect(try await tree([SampleTrace.batch("a", span)]).roots.first?.durationNano == 0)
    }
}
