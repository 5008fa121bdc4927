import OTLP
import Testing
import TraceAnalysis

struct SpanShapeTests {
    private static let order = SpanShape(
        "POST /orders", .server, of: "edge",
        [
            SpanShape(
                "POST /orders", .server, of: "shop", below: .anywhere,
                [
                    SpanShape("COMMIT", .client, of: "shop", with: ["db.system.name"]),
                    SpanShape(
                        "create orders", .producer, of: "shop", label: "created",
                        [
                            SpanShape("send *", .client, of: "shop", count: 1...3, links: ["created"]),
                            SpanShape(
                                "process orders", .consumer, of: "billing", below: .anywhere,
                                links: ["created"],
                                [SpanShape("INSERT invoice", .client)]),
                        ]),
                ])
        ])

    private func findings(_ sketch: TraceSketch) -> [String] {
        ShapeCheck(Self.order).findings(in: sketch.forest).map(\.description)
    }

    @Test func `a trace of the declared form has no findings`() {
        #expect(findings(.order) == [])
    }

    @Test func `a consumer that never came is missing`() {
        var sketch = TraceSketch()
        for span in TraceSketch.order.spans where span.service != "billing" { sketch.keep(span) }
        #expect(
            findings(sketch) == ["missing: process orders of billing is missing below create orders of shop"])
    }

    @Test func `broken propagation is an orphan, a missing span and says where it is`() {
        var sketch = TraceSketch()
        for var span in TraceSketch.order.spans {
            if span.span.name == "pubsub/orders" { span.span.parentSpanID = SpanID(77) }
            sketch.keep(span)
        }
        #expect(
            findings(sketch) == [
                "orphan: pubsub/orders of billing names parent 000000000000004d, which is not there",
                "missing: process orders of billing is missing below create orders of shop; "
                    + "one is below POST /events/orders of billing",
            ])
    }

    @Test func `wrong kinds, lost links and lost attributes are told apart`() {
        var sketch = TraceSketch()
        for var span in TraceSketch.order.spans {
            if span.span.name == "process orders" { span.span.links = [] }
            if span.span.name == "send orders" { span.span.kind = .producer }
            if span.span.name == "COMMIT", span.service == "shop" { span.span.attributes = [] }
            sketch.keep(span)
        }
        #expect(
            Set(findings(sketch)) == [
                "missingAttributes: COMMIT of shop lacks db.system.name",
                "wrongKind: send orders of shop is producer, not client",
                "missingLink: process orders of billing has no link to created",
            ])
    }

    @Test func `an effect that happened twice is surplus, and so is what may not be there`() {
        var sketch = TraceSketch.order
        sketch.add(60, below: 16, "INSERT invoice", .client, of: "billing", at: 45_000...45_100)
        #expect(findings(sketch) == ["surplus: INSERT invoice of billing is there 2 times, not 1"])
        let strict = SpanShape(
            "process orders", below: .anywhere, others: .forbidden, [SpanShape("INSERT *", count: 3...3)])
        #expect(
            ShapeCheck(strict).findings(in: sketch.forest).map(\.description) == [
                "surplus: COMMIT of billing below process orders of billing is not expected"
            ])
    }

    @Test func `what an attempt made that was undone does not count`() {
        let made = SpanShape(
            "create *", .producer, count: 1...9, below: .anywhere, undoneBy: "ROLLBACK", [SpanShape("send *")]
        )
        let shape = SpanShape("POST /orders", .server, of: "edge", [made])
        var sketch = TraceSketch.order
        sketch.add(80, below: 5, "create orders", .producer, of: "shop", at: 2200...2210)
        #expect(ShapeCheck(shape).findings(in: sketch.forest).map(\.kind) == [.missing])
        sketch.add(81, below: 5, "ROLLBACK", .client, of: "shop", at: 2300...2310)
        #expect(ShapeCheck(shape).findings(in: sketch.forest).isEmpty)
    }

    @Test func `a second generation of the same event does not count for the first`() {
        var sketch = TraceSketch.order
        sketch.add(70, below: 16, "create orders", .producer, of: "shop", at: 45_100...45_200)
        sketch.add(
            71, below: 70, "process orders", .consumer, of: "billing", at: 60_000...61_000)
        #expect(findings(sketch) == [])
    }

    @Test(arguments: [
        ("send orders", "send orders", true), ("send *", "send orders", true), ("*", "", true),
        ("*ord*", "send orders", true), ("a*b*a", "aba", true), ("a*a", "a", false), ("", "x", false),
        ("{id}*", "{id}/x", true), ("send*x", "send orders", false), ("**x**", "axb", true),
    ])
    func `a star stands for any text`(pattern: String, name: String, isMatch: Bool) {
        #expect(NamePattern(pattern).matches(name) == isMatch)
    }
}

extension TraceSketch {
    fileprivate mutating func keep(_ span: TracedSpan) { spans.append(span) }
}
