import OTLP
import TraceAnalysis

/// A trace written down for a test: ids are small numbers, times are microseconds after the trace began.
struct TraceSketch {
    static let began: UInt64 = 1_790_000_000_000_000_000
    static let traceID = TraceID(high: 0x0af7_6519_16cd_43dd, low: 0x8448_eb21_1c80_319c)
    var spans: [TracedSpan] = []

    /// - Parameter at: first and last microsecond.
    mutating func add(
        _ id: UInt64, below parent: UInt64? = nil, _ name: String, _ kind: SpanKind, of service: String,
        at times: ClosedRange<UInt64>, _ attributes: [String: AttributeValue] = [:], links: [UInt64] = [],
        failed: Bool = false
    ) {
        var span = Span(
            traceID: Self.traceID, spanID: SpanID(id), parentSpanID: parent.map(SpanID.init), name: name,
            kind: kind, startTimeUnixNano: Self.began + times.lowerBound * 1000,
            endTimeUnixNano: Self.began + times.upperBound * 1000)
        span.attributes = attributes.sorted { $0.key < $1.key }.map { Attribute($0.key, $0.value) }
        span.links = links.map { Link(traceID: Self.traceID, spanID: SpanID($0)) }
        span.status = failed ? .error : .unset
        spans.append(TracedSpan(span, service: service, scope: "test"))
    }

    var forest: TraceForest { TraceForest(spans.reversed()) }

    func forest(without id: UInt64) -> TraceForest {
        TraceForest(spans.filter { $0.span.spanID != SpanID(id) })
    }
}

extension TraceForest {
    func index(named name: String, of service: String? = nil) -> Int? {
        spans.firstIndex { $0.span.name == name && (service == nil || $0.service == service) }
    }

    /// A path as one reads it: name and microseconds of each segment.
    func words(_ path: CriticalPath) -> [String] {
        path.segments.map { segment in
            "\(segment.isWait ? "wait for " : "")\(spans[segment.span].span.name) \(segment.duration / 1000)"
        }
    }
}

extension TraceSketch {
    private static func message(_ operation: String) -> [String: AttributeValue] {
        [
            "messaging.system": .string("dapr"), "messaging.operation.name": .string(operation),
            "messaging.destination.name": .string("orders"), "messaging.message.id": .string("m1"),
        ]
    }

    private static func statement(_ name: String) -> [String: AttributeValue] {
        [
            "db.system.name": .string("postgresql"),
            "db.operation.name": .string(String(name.prefix { $0 != " " })),
        ]
    }

    /// A write with one consumer, as the platform makes it; services have other names.
    static var order: TraceSketch {
        var sketch = TraceSketch()
        let http: [String: AttributeValue] = ["http.request.method": .string("POST")]
        sketch.add(1, "POST /orders", .server, of: "edge", at: 0...18_000, http)
        sketch.add(
            2, below: 1, "POST /v1.0/invoke/shop/method/orders", .client, of: "edge", at: 100...17_100,
            [
                "server.address": .string("127.0.0.1"),
                "url.template": .string("/v1.0/invoke/shop/method/orders"),
            ])
        let rpc: [String: AttributeValue] = ["rpc.service": .string("ServiceInvocation")]
        sketch.add(3, below: 2, "CallLocal/shop/orders", .client, of: "edge", at: 1000...15_800, rpc)
        sketch.add(4, below: 3, "CallLocal/shop/orders", .server, of: "shop", at: 1200...15_500, rpc)
        sketch.add(5, below: 4, "POST /orders", .server, of: "shop", at: 2000...14_000, http)
        sketch.add(6, below: 5, "SELECT order", .client, of: "shop", at: 2100...3000, statement("SELECT"))
        sketch.add(7, below: 5, "create orders", .producer, of: "shop", at: 4000...4060, message("create"))
        for (id, name) in [(8, "INSERT order"), (9, "INSERT outbox"), (10, "COMMIT")] {
            sketch.add(UInt64(id), below: 5, name, .client, of: "shop", at: 4100...13_900, statement(name))
        }
        var sent = message("send")
        sent["todo.outbox.wait_ms"] = .double(2)
        sketch.add(11, below: 7, "send orders", .client, of: "shop", at: 16_000...38_000, sent, links: [7])
        sketch.add(
            12, below: 11, "POST /v1.0/publish/{pubsub}/{topic}", .client, of: "shop", at: 16_100...37_900,
            [
                "server.address": .string("127.0.0.1"),
                "url.template": .string("/v1.0/publish/{pubsub}/{topic}"),
            ])
        sketch.add(
            13, below: 12, "/v1.0/publish/pubsub/orders", .client, of: "shop", at: 17_000...37_000,
            ["dapr.api": .string("/v1.0/publish/pubsub/orders"), "messaging.system": .string("pubsub")])
        sketch.add(
            14, below: 7, "pubsub/orders", .client, of: "billing", at: 40_000...47_000,
            ["messaging.destination.name": .string("orders"), "messaging.system": .string("pubsub")])
        sketch.add(15, below: 14, "POST /events/orders", .server, of: "billing", at: 42_000...46_000, http)
        sketch.add(
            16, below: 15, "process orders", .consumer, of: "billing", at: 42_100...45_900,
            message("process").merging(["messaging.consumer.group.name": .string("billing")]) { $1 },
            links: [7])
        sketch.add(
            17, below: 16, "INSERT inbox", .client, of: "billing", at: 42_200...43_000, statement("INSERT"))
        sketch.add(
            18, below: 16, "INSERT invoice", .client, of: "billing", at: 43_100...44_000, statement("INSERT"))
        sketch.add(19, below: 16, "COMMIT", .client, of: "billing", at: 44_100...45_500, statement("COMMIT"))
        return sketch
    }
}
