import OTLP
import Synchronization
import Testing
import Tracing

@testable import Telemetry

@Suite struct SamplingTests {
    private let collection = SpanCollection()

    private func tracer(_ sampler: Sampler, metrics: MetricsRegistry? = nil) -> TelemetryTracer {
        var parts = TelemetryTracer.Parts()
        parts.sampler = sampler
        parts.metrics = metrics.map { SpanMetrics(factory: $0) }
        return TelemetryTracer(
            resource: plainOrigin.resource, scope: plainOrigin.scope, processor: collection, parts: parts)
    }

    private func parent(_ flags: String, isRemote: Bool) -> InstrumentationContext {
        var context = InstrumentationContext.topLevel
        context.spanContext = SpanContext(
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-\(flags)",
            traceState: "a=1", isRemote: isRemote)
        return context
    }

    @Test(arguments: [
        "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off",
        "parentbased_traceidratio",
    ])
    func `whatever the sampler, a child keeps trace, state and baggage and has an id of its own`(
        name: String
    ) throws {
        let tracer = tracer(try #require(Sampler(name: name, ratio: 0)))
        for (flags, isRemote) in [("00", true), ("01", true), ("00", false), ("01", false)] {
            var context = parent(flags, isRemote: isRemote)
            context.baggage = Baggage(["tenant": "a"])
            let above = try #require(context.spanContext)
            let span = tracer.startSpan("child", context: context)
            #expect(span.spanContext.traceID == above.traceID)
            #expect(span.spanContext.spanID != above.spanID && span.spanContext.spanID.isValid)
            #expect(span.spanContext.traceState == "a=1" && !span.spanContext.isRemote)
            #expect(span.context.baggage?["tenant"] == "a")
            #expect(span.isRecording == span.spanContext.isSampled)
            let isSampled =
                switch name {
                case "always_on": true
                case "always_off", "traceidratio": false
                default: flags == "01"
                }
            #expect(span.spanContext.traceparent.hasSuffix(isSampled ? "-01" : "-00"), "\(name) \(flags)")
            span.end()
        }
    }

    @Test func `a parent that is none makes a root`() {
        for context in [
            SpanContext(traceID: TraceID(high: 0, low: 0), spanID: SpanID(1), flags: 1),
            SpanContext(traceID: TraceID(high: 0, low: 1), spanID: SpanID(0), flags: 1),
        ] {
            var none = InstrumentationContext.topLevel
            none.spanContext = context
            let span = tracer(.parentBased(root: .alwaysOff)).startSpan("root", context: none)
            #expect(span.spanContext.traceID != context.traceID && !span.spanContext.isSampled)
        }
    }

    @Test func `each branch of a parent asks its own sampler`() {
        let sampler = Sampler.parentBased(
            root: .alwaysOff, remoteSampled: .alwaysOff, remoteNotSampled: .alwaysOn,
            localSampled: .alwaysOff,
            localNotSampled: .alwaysOn)
        let tracer = tracer(sampler)
        for isRemote in [true, false] {
            #expect(!tracer.startSpan("s", context: parent("01", isRemote: isRemote)).isRecording)
            #expect(tracer.startSpan("s", context: parent("00", isRemote: isRemote)).isRecording)
        }
        #expect(!tracer.startSpan("s", context: .topLevel).isRecording)
        #expect(sampler.description.contains("remoteParentNotSampled:AlwaysOnSampler"))
    }

    @Test func `a rule sees name, kind, attributes and links, and may add to the span`() throws {
        let rule = SamplingRule(name: "probes") { candidate in
            guard candidate.attributes.get("http.route") != "/healthz", candidate.links.count == 1,
                candidate.kind == .server, candidate.name.hasPrefix("GET")
            else { return SamplingResult(.drop) }
            var state = TraceState()
            state.set("todo", to: "kept")
            return SamplingResult(
                .recordAndSample, attributes: ["sampling.rule": "probes"], traceState: state)
        }
        let tracer = tracer(.rule(rule))
        let link = SpanLink(context: parent("01", isRemote: true), attributes: [:])
        tracer.startSpan(
            "GET /healthz", context: .topLevel, ofKind: .server, links: [link],
            attributes: ["http.route": "/healthz"]
        ).end()
        let kept = tracer.startSpan(
            "GET /tasks", context: .topLevel, ofKind: .server, links: [link],
            attributes: ["http.route": "/tasks"])
        #expect(kept.spanContext.traceState == "todo=kept")
        kept.end()
        #expect(collection.spans.map(\.name) == ["GET /tasks"])
        let span = try collection.named("GET /tasks")
        #expect(span.attributes.map(\.key) == ["http.route", "sampling.rule"])
        #expect(span.links.count == 1 && span.traceState == "todo=kept")
    }

    @Test func `a span that is only recorded tells but does not leave`() {
        let metrics = MetricsRegistry()
        let tracer = tracer(.alwaysRecord(.alwaysOff), metrics: metrics)
        let span = tracer.startSpan("watched", context: .topLevel)
        span.attributes["seen"] = true
        #expect(span.isRecording && span.attributes.get("seen") == .bool(true))
        #expect(span.spanContext.traceparent.hasSuffix("-00"))
        #expect(
            metrics.exposition().contains("otel_sdk_span_live{otel_span_sampling_result=\"RECORD_ONLY\"} 1\n")
        )
        span.end()
        #expect(collection.spans.isEmpty && !span.isRecording)
        #expect(
            metrics.exposition().contains("otel_sdk_span_live{otel_span_sampling_result=\"RECORD_ONLY\"} 0\n")
        )
        #expect(Sampler.alwaysRecord(.alwaysOn).samples(traceID: TraceID(high: 1, low: 1), parent: nil))
    }

    @Test func `absurd ratios sample all or nothing`() {
        let id = TraceID(high: 0, low: .max)
        for (ratio, isSampled) in [(2.0, true), (.infinity, true), (-1, false), (.nan, false), (-0.0, false)]
        {
            #expect(Sampler.traceIDRatio(ratio).samples(traceID: id, parent: nil) == isSampled, "\(ratio)")
        }
    }

    @Test func `a tenth of the traces is a tenth, whole traces only`() {
        let tracer = tracer(.parentBased(root: .traceIDRatio(0.1)))
        for _ in 0..<20_000 {
            tracer.startSpan("root", context: .topLevel).end()
        }
        // Nine standard deviations around 2 000.
        #expect((1600...2400).contains(collection.spans.count))
    }

    @Test func `a root says that its id is random, and children repeat what they were told`() throws {
        let tracer = tracer(.alwaysOn)
        tracer.withSpan("root") { _ in tracer.startSpan("child").end() }
        tracer.startSpan("below", context: parent("01", isRemote: true)).end()
        tracer.startSpan("below random", context: parent("03", isRemote: true)).end()
        #expect(try collection.named("root").flags == 0x103)
        #expect(try collection.named("child").flags == 0x103)
        #expect(try collection.named("below").flags == 0x301)
        #expect(try collection.named("below random").flags == 0x303)
    }

    @Test func `scopes carry version and schema, resources stay apart`() {
        let tracer = tracer(.alwaysOn)
        tracer.scoped(name: "db", version: "2.1", schemaURL: "https://example.org/1").startSpan("a").end()
        tracer.scoped(name: "db", version: "2.1", schemaURL: "https://example.org/2").startSpan("b").end()
        tracer.scoped(name: "db", version: "2.1", schemaURL: "https://example.org/1").startSpan("c").end()
        let other = Resource(attributes: [Attribute("service.name", .string("other"))])
        tracer.tracer(resource: other, scope: InstrumentationScope(name: "db")).startSpan("d").end()
        let groups = collection.all.groupedForWire()
        #expect(groups.count == 2)
        #expect(groups[0].scopeSpans.map(\.schemaURL) == ["https://example.org/1", "https://example.org/2"])
        #expect(groups[0].scopeSpans.map { $0.spans.map(\.name) } == [["a", "c"], ["b"]])
        #expect(groups[0].scopeSpans.allSatisfy { $0.scope.version == "2.1" })
    }

    @Test func `an error type finds no room rather than pushing another attribute out`() throws {
        var parts = TelemetryTracer.Parts()
        parts.limits.attributes = 1
        let tracer = TelemetryTracer(
            resource: plainOrigin.resource, scope: plainOrigin.scope, processor: collection, parts: parts)
        let span = tracer.startSpan(
            "full", context: .topLevel, ofKind: .internal, links: [], attributes: ["z": 1, "": 2])
        span.recordError(CancellationError())
        span.end()
        let full = try collection.named("full")
        #expect(full.attributes.count <= 1 && full.droppedAttributesCount >= 1)
    }
}
