import OTLP

/// Spans for tests: ids are small numbers, times milliseconds after 2026-11-21 09:30:00.125 UTC.
enum SampleTrace {
    static let start: UInt64 = 1_795_253_400_125_000_000
    static let traceID = TraceID(high: 0x0AF7_6519_16CD_43DD, low: 0x8448_EB21_1C80_319C)

    static func span(
        _ id: UInt64, below parent: UInt64? = nil, _ name: String, _ kind: SpanKind = .internal,
        at start: Double = 0, for duration: Double = 1, trace: TraceID = traceID, attributes: [Attribute] = []
    ) -> Span {
        let begin = Self.start + UInt64(start * 1_000_000)
        var span = Span(
            traceID: trace, spanID: SpanID(id), parentSpanID: parent.map { SpanID($0) }, name: name,
            kind: kind,
            startTimeUnixNano: begin, endTimeUnixNano: begin + UInt64(duration * 1_000_000))
        span.attributes = attributes
        return span
    }

    static func batch(_ service: String, scope: String = "todo.test", _ spans: Span...) -> ResourceSpans {
        ResourceSpans(
            resource: Resource(attributes: [Attribute("service.name", .string(service))]),
            scopeSpans: [ScopeSpans(scope: InstrumentationScope(name: scope), spans: spans)])
    }

    /// A public request and nothing else.
    static func request(trace: UInt64, at start: Double, below parent: UInt64? = nil) -> ResourceSpans {
        batch(
            "gateway",
            span(
                1, below: parent, "GET /api/v1/tasks", .server, at: start,
                trace: TraceID(high: 0, low: trace),
                attributes: [Attribute("http.route", .string("/api/v1/tasks"))]))
    }

    /// A task is created: through the sidecar, into the database, out as an event, with one failure at the
    /// end.
    static var createTask: [ResourceSpans] {
        var process = span(8, below: 7, "process todo.events", .consumer, at: 36, for: 10)
        process.links = [
            Link(traceID: traceID, spanID: SpanID(6)),
            Link(traceID: TraceID(high: 1, low: 2), spanID: SpanID(3)),
        ]
        process.status = .error
        process.statusMessage = "the row is gone"
        process.attributes = [Attribute("error.type", .string("AuditError"))]
        return [
            batch(
                "tasks", span(4, below: 3, "POST /api/v1/tasks", .server, at: 8, for: 22),
                span(
                    5, below: 4, "INSERT tasks", .client, at: 10, for: 2.5,
                    attributes: [Attribute("todo.task.id", .string("t-1"))]),
                span(
                    6, below: 4, "create todo.events", .producer, at: 14, for: 0.02,
                    attributes: [Attribute("cloudevents.event_subject", .string("t-1"))])),
            batch(
                "gateway",
                span(
                    1, "POST /api/v1/tasks", .server, for: 48.2,
                    attributes: [Attribute("http.route", .string("/api/v1/tasks"))]),
                span(2, below: 1, "POST", .client, at: 4, for: 34)),
            batch(
                "gateway", scope: "todo.sidecar",
                span(3, below: 2, "CallLocal/tasks/v1/tasks", .client, at: 6, for: 28)),
            batch(
                "audit", scope: "todo.sidecar",
                span(7, below: 6, "pubsub/todo.events", .client, at: 33, for: 15)),
            batch("audit", process),
        ]
    }
}
