import OTLP
import Telemetry
import Tracing

/// What a span costs the one who makes it, with the parts a process has: a batch processor that queues every span,
/// and counters of what was started. The queue is emptied between the rounds.
struct SpanBenchmarks {
    private let processor: BatchSpanProcessor
    private let tracer: TelemetryTracer
    private let sampled: InstrumentationContext
    private let unsampled: InstrumentationContext
    /// What fits into the queue.
    private let spans = 2000

    init() {
        let registry = MetricsRegistry()
        processor = BatchSpanProcessor(exporter: ForgetfulExporter(), factory: registry)
        var parts = TelemetryTracer.Parts()
        parts.metrics = SpanMetrics(factory: registry)
        tracer = TelemetryTracer(
            resource: Resource(), scope: InstrumentationScope(name: "benchmark"), processor: processor,
            parts: parts)
        let parent = SpanContext(
            traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), flags: 1, isRemote: true)
        var context = InstrumentationContext.topLevel
        context.spanContext = parent
        sampled = context
        context.spanContext = parent.sampled(false)
        unsampled = context
        InstrumentationSystem.bootstrap(tracer)
    }

    var all: [Benchmark] { recorded + dropped }

    private var recorded: [Benchmark] {
        [
            benchmark("span without attributes", goal: nil) { start(sampled).end() },
            benchmark("span, 10 attributes in one step", goal: 1500) {
                let span = start(sampled)
                span.updateAttributes(Self.describe)
                span.end()
            },
            benchmark("span, 10 attributes one by one", goal: 1500) {
                let span = start(sampled)
                Self.describeOneByOne(span)
                span.end()
            },
            benchmark("span, 10 attributes at its start", goal: 1500) {
                var attributes = SpanAttributes()
                Self.describe(&attributes)
                tracer.startSpan(
                    "GET /api/v1/tasks/{id}", context: sampled, ofKind: .server, links: [],
                    attributes: attributes
                ).end()
            },
            benchmark("withSpan of a known tracer, 10 attributes in one step", goal: nil) {
                tracer.withSpan("GET /api/v1/tasks/{id}", context: sampled, ofKind: .server) { span in
                    span.updateAttributes(Self.describe)
                }
            },
            benchmark("withSpan of the system's tracer, 10 attributes one by one", goal: nil) {
                withSpan("GET /api/v1/tasks/{id}", context: sampled, ofKind: .server) { span in
                    Self.describeOneByOne(span)
                }
            },
        ]
    }

    private var dropped: [Benchmark] {
        [
            benchmark("dropped span", goal: 150) { start(unsampled).end() },
            benchmark("dropped span, 10 attributes one by one", goal: nil) {
                let span = start(unsampled)
                Self.describeOneByOne(span)
                span.end()
            },
            benchmark("withSpan of a known tracer, dropped", goal: nil) {
                tracer.withSpan("GET /api/v1/tasks/{id}", context: unsampled, ofKind: .server) { _ in }
            },
        ]
    }

    private func start(_ context: InstrumentationContext) -> TelemetrySpan {
        tracer.startSpan("GET /api/v1/tasks/{id}", context: context, ofKind: .server)
    }

    private func benchmark(_ name: String, goal: Double?, _ work: @escaping () -> Void) -> Benchmark {
        Benchmark(
            name: name, goal: goal, operations: spans,
            settle: { [processor] in _ = await processor.forceFlush() }
        ) { count in
            for _ in 0..<count { work() }
        }
    }

    /// What a server says of a request.
    static func describe(_ attributes: inout SpanAttributes) {
        attributes["http.request.method"] = "GET"
        attributes["http.route"] = "/api/v1/tasks/{id}"
        attributes["url.path"] = "/api/v1/tasks/0193f1a2"
        attributes["url.scheme"] = "http"
        attributes["server.address"] = "tasks.internal"
        attributes["server.port"] = 8080
        attributes["network.protocol.version"] = "1.1"
        attributes["http.response.status_code"] = 200
        attributes["http.response.body.size"] = 1234
        attributes["todo.cache.hit"] = true
    }

    /// The same as calls of a span that is known as such only, as libraries know it.
    static func describeOneByOne(_ span: any Tracing.Span) {
        span.attributes["http.request.method"] = "GET"
        span.attributes["http.route"] = "/api/v1/tasks/{id}"
        span.attributes["url.path"] = "/api/v1/tasks/0193f1a2"
        span.attributes["url.scheme"] = "http"
        span.attributes["server.address"] = "tasks.internal"
        span.attributes["server.port"] = 8080
        span.attributes["network.protocol.version"] = "1.1"
        span.attributes["http.response.status_code"] = 200
        span.attributes["http.response.body.size"] = 1234
        span.attributes["todo.cache.hit"] = true
    }
}

/// Takes every span and keeps none.
struct ForgetfulExporter: SpanExporter {
    func export(_ spans: [FinishedSpan]) async -> ExportOutcome { ExportOutcome(exported: spans.count) }
}
