import HTTPTypes
import NIOCore
import OTLP
import Testing

@testable import Traces

/// Spans come from anybody, and say what they like of time.
@Suite struct HostileTimesTests {
    private static let times: [UInt64] = [
        0, 1, SampleTrace.start, SampleTrace.start + 50_000_000, .max - 1, .max,
    ]

    /// Every beginning with every end, below one another in every order.
    private static func spans(_ trace: TraceID) -> [ResourceSpans] {
        var spans: [Span] = []
        for start in times {
            for end in times {
                let id = UInt64(spans.count + 1)
                var span = Span(
                    traceID: trace, spanID: SpanID(id), parentSpanID: id > 1 ? SpanID(id / 2) : nil,
                    name: "GET /api/v1/tasks", kind: id.isMultiple(of: 3) ? .client : .server,
                    startTimeUnixNano: start, endTimeUnixNano: end)
                span.attributes = [
                    Attribute("http.route", .string("/api/v1/tasks")),
                    Attribute("todo.outbox.wait_ms", .double(1e300)),
                    Attribute("messaging.operation.name", .string(id.isMultiple(of: 2) ? "send" : "create")),
                ]
                span.events = [SpanEvent(timeUnixNano: end, name: "hostile")]
                span.links = [Link(traceID: trace, spanID: SpanID(37 - id))]
                span.status = id.isMultiple(of: 5) ? .error : .unset
                spans.append(span)
            }
        }
        return [
            ResourceSpans(
                resource: Resource(attributes: [Attribute("service.name", .string("gateway"))]),
                scopeSpans: [ScopeSpans(scope: InstrumentationScope(name: "todo.test"), spans: spans)])
        ]
    }

    private let store = TraceStore(limits: TraceStoreLimits(settleDelay: .zero))
    private let logs = LogStore()
    private let one = TraceID(high: 0, low: 1)
    private let other = TraceID(high: 0, low: 2)

    init() {
        for id in [one, other] { store.add(Self.spans(id)) }
        store.add(SampleTrace.createTask)
        for time in Self.times {
            logs.add(LogStoreTests.batch("tasks", [LogStoreTests.record("line", trace: 1, at: time)]))
        }
    }

    @Test func `every query answers of spans that begin and end at the ends of time`() async throws {
        let (left, right) = (one.hex, other.hex)
        for path in [
            "/inspector/traces", "/inspector/traces/last", "/inspector/traces/\(left)",
            "/inspector/traces/\(left)/analysis", "/inspector/traces/\(left)/logs", "/inspector/store",
            "/inspector/services", "/inspector/traces?service=gateway&min=1h&status=error",
            "/inspector/traces?tag=span.kind%3Dserver&from=1970-01-01T00:00:00Z&to=2500-01-01T00:00:00Z",
            "/inspector/compare?left=\(left)&right=\(right)",
            "/inspector/compare?left=\(left)&right=\(SampleTrace.traceID.hex)",
            "/api/traces?service=gateway&minDuration=1h", "/api/traces/\(left)",
            "/api/traces?service=gateway&start=18446744073709551615&end=18446744073709551615",
            "/api/traces?service=gateway&lookback=36500d", "/api/dependencies",
            "/api/dependencies?endTs=9999999999999&lookback=9999999999999",
            "/tempo/api/search?minDuration=1h", "/tempo/api/traces/\(left)", "/tempo/api/v2/traces/\(left)",
            "/tempo/api/search?q=%7Bduration%3E1h%7D&start=0&end=9999999999",
        ] {
            let found = try await answer(path) { router in
                InspectorRoutes(store: store, logs: logs).add(to: router)
                AnalysisRoutes(store: store).add(to: router)
                JaegerRoutes(store: store) { .max }.add(to: router)
                TempoRoutes(store: store).add(to: router)
            }
            #expect(found.status == .ok && found.body.count > 20, "\(path)")
        }
    }

    @Test func `the longest span is waited for by nobody for longer than there is time`() async throws {
        let store = TraceStore()
        let long = Span(
            traceID: one, spanID: SpanID(1), name: "for ever", kind: .client,
            startTimeUnixNano: SampleTrace.start, endTimeUnixNano: .max)
        store.add([
            SampleTrace.batch("gateway", long, SampleTrace.span(2, below: 1, "a moment", at: 1, trace: one))
        ])
        let path = "/inspector/traces/\(one.hex)/analysis"
        let found = try await answer(path) { AnalysisRoutes(store: store).add(to: $0) }
        let spans = try found.json()["criticalPath"].items.map { $0["spanId"].text }
        #expect(spans == [1, 2, 1].map { SpanID($0).hex })
    }

    @Test func `they are drawn in a terminal and told to listeners`() async throws {
        let tree = try #require(await store.trace(one))
        for width in [40, 120] {
            let text = TraceTreePrinter(width: width, color: false).text(of: tree, logs: logs.logs(of: one))
            #expect(text.contains("36 spans"))
        }
        let tail = LiveTail(store: store)
        let (_, events) = try tail.listen()
        tail.tell(isCounting: true)
        tail.close()
        var count = 0
        for await event in events where String(buffer: event).hasPrefix("event: trace") { count += 1 }
        #expect(count == 3)
    }
}
