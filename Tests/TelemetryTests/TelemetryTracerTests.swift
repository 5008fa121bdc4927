import OTLP
import Testing
import Tracing

@testable import Telemetry

@Suite struct TelemetryTracerTests {
    private let collection = SpanCollection()
    private let time = StoppedClock()

    private func tracer(_ change: (inout TelemetryTracer.Parts) -> Void = { _ in }) -> TelemetryTracer {
        var parts = TelemetryTracer.Parts()
        parts.ids = countingIDs()
        parts.clock = time.clock
        change(&parts)
        return TelemetryTracer(
            resource: plainOrigin.resource, scope: plainOrigin.scope, processor: collection, parts: parts)
    }

    private func remoteContext(_ flags: String = "01") -> InstrumentationContext {
        var context = InstrumentationContext.topLevel
        context.spanContext = SpanContext(
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-\(flags)")
        return context
    }

    @Test func `a child stays in its parent's trace`() throws {
        let tracer = tracer()
        tracer.withSpan("parent", ofKind: .server) { _ in
            tracer.withSpan("child", ofKind: .client) { _ in }
        }
        let parent = try collection.named("parent")
        let child = try collection.named("child")
        #expect(parent.parentSpanID == nil)
        #expect(child.parentSpanID == parent.spanID)
        #expect(child.traceID == parent.traceID)
        #expect(parent.kind == .server && child.kind == .client)
        #expect(parent.flags == 0x101 && child.flags == 0x101)
    }

    @Test func `a child of a remote parent says so in its flags`() throws {
        let tracer = tracer()
        tracer.withSpan("local", context: remoteContext()) { _ in
            tracer.withSpan("inner") { _ in }
        }
        let local = try collection.named("local")
        #expect(local.flags == 0x301)
        #expect(local.parentSpanID?.hex == "b7ad6b7169203331")
        #expect(try collection.named("inner").flags == 0x101)
    }

    @Test func `the tracer goes through the API's existentials as well`() throws {
        let tracer: any Tracer = tracer()
        let value = withTracer(tracer) {
            withSpan("task-local") { span in
                span.attributes["answer"] = 42
                return InstrumentationContext.current?.spanContext?.traceparent
            }
        }
        let span = try collection.named("task-local")
        #expect(value == "00-\(span.traceID.hex)-\(span.spanID.hex)-01")
        #expect(span.attributes == [Attribute("answer", .int(42))])
    }

    @Test func `links carry the flags of what they point at`() throws {
        let tracer = tracer()
        let remote = remoteContext("00")
        let other = tracer.startSpan("other")
        let span = tracer.startSpan(
            "linked", context: .topLevel, ofKind: .consumer,
            links: [SpanLink(context: remote, attributes: ["todo.link.reason": "replay"])],
            attributes: ["a": true])
        span.addLink(other)
        span.addLink(SpanLink(context: .topLevel, attributes: [:]))
        span.end()
        let linked = try collection.named("linked")
        #expect(linked.links.count == 2)
        #expect(linked.links.first?.flags == 0x300)
        #expect(linked.links.first?.attributes == [Attribute("todo.link.reason", .string("replay"))])
        #expect(linked.links.last?.flags == 0x101)
        #expect(linked.links.last?.spanID == other.spanContext.spanID)
        #expect(linked.attributes == [Attribute("a", .bool(true))])
        #expect(linked.parentSpanID == nil)
    }

    @Test func `an unsampled span carries trace, new span id, flag 00 and every other value on`() throws {
        let tracer = tracer()
        var context = remoteContext("00")
        context.baggage = Baggage(["tenant": "a"])
        let parent = try #require(context.spanContext)
        var headers: [String: String] = [:]
        tracer.withSpan("unsampled", context: context) { span in
            #expect(!span.isRecording)
            span.attributes["ignored"] = 1
            #expect(span.attributes.isEmpty)
            tracer.withSpan("below") { inner in
                tracer.inject(inner.context, into: &headers, using: DictionaryCarrier())
                #expect(inner.spanContext.spanID != span.spanContext.spanID)
            }
            #expect(span.spanContext.spanID != parent.spanID)
        }
        #expect(collection.spans.isEmpty)
        let sent = try #require(headers["traceparent"].flatMap { SpanContext(traceparent: $0) })
        #expect(sent.traceID == parent.traceID && !sent.isSampled)
        #expect(headers["traceparent"]?.hasSuffix("-00") == true)
        #expect(headers["baggage"] == "tenant=a")
    }

    @Test(arguments: [0.0, 0.1])
    func `a sampled-out root never makes new roots below`(ratio: Double) {
        let tracer = tracer {
            $0.sampler = .parentBased(root: .traceIDRatio(ratio))
            $0.ids = SpanIDGenerator()
        }
        for _ in 0..<200 {
            tracer.withSpan("root") { root in
                tracer.withSpan("child") { child in
                    #expect(child.spanContext.traceID == root.spanContext.traceID)
                    #expect(child.isRecording == root.isRecording)
                }
            }
        }
        let roots = Set(collection.spans.filter { $0.parentSpanID == nil }.map(\.traceID))
        #expect(collection.spans.allSatisfy { roots.contains($0.traceID) })
        if ratio == 0 { #expect(collection.spans.isEmpty) }
    }

    @Test func `Ok beats Error beats Unset`() throws {
        let error = SpanStatus(code: .error, message: "not found")
        let ok = SpanStatus(code: .ok)
        let table: [(String, [SpanStatus], StatusCode, String)] = [
            ("none", [], .unset, ""), ("error", [error], .error, "not found"), ("ok", [ok], .ok, ""),
            ("ok stays", [ok, error], .ok, ""), ("ok wins", [error, ok], .ok, ""),
            ("words stay", [error, SpanStatus(code: .error)], .error, "not found"),
            ("ok is silent", [SpanStatus(code: .ok, message: "x")], .ok, ""),
        ]
        for (name, statuses, code, message) in table {
            let span = tracer().startSpan(name)
            for status in statuses { span.setStatus(status) }
            span.end()
            let finished = try collection.named(name)
            #expect(finished.status == code && finished.statusMessage == message, "\(name)")
        }
    }

    @Test func `a span ends once, however many try`() async {
        let span = tracer().startSpan("once")
        await withTaskGroup { group in
            for _ in 0..<50 { group.addTask { span.end() } }
        }
        span.operationName = "late"
        span.attributes["late"] = 1
        span.addEvent("late")
        #expect(!span.isRecording)
        #expect(collection.spans.map(\.name) == ["once"])
        #expect(collection.spans.first?.attributes == [])
    }

    @Test func `an error is told by type and never by text`() throws {
        struct Secret: Error, CustomStringConvertible { var description: String { "buy milk" } }
        #expect(throws: Secret.self) {
            try tracer().withSpan("failing") { _ in throw Secret() }
        }
        let span = try collection.named("failing")
        #expect(span.status == .error && span.statusMessage == "")
        #expect(span.events.map(\.name) == ["exception"])
        #expect(span.attributes.map(\.key) == ["error.type"])
        #expect(!"\(span)".contains("milk"))
        guard case .string(let type)? = span.events.first?.attributes.first?.value else {
            Issue.record("no type")
            return
        }
        #expect(type.hasSuffix("Secret"))
    }

    @Test func `an error type that is set already is kept`() throws {
        let span = tracer().startSpan("known")
        span.attributes["error.type"] = "503"
        span.recordError(CancellationError())
        span.end()
        #expect(try collection.named("known").attributes == [Attribute("error.type", .string("503"))])
    }

    @Test func `durations come from the monotonic clock`() throws {
        let began = time.now
        let span = tracer().startSpan("timed")
        time.advance(by: .milliseconds(250))
        span.end()
        let finished = try collection.named("timed")
        #expect(finished.startTimeUnixNano == began)
        #expect(finished.endTimeUnixNano == began + 250_000_000)
    }

    @Test func `a time the caller names is taken, and the end is never before the start`() throws {
        let past = DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 1_000_000_000)
        let span = tracer().startSpan("backdated", at: past)
        span.end(at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 5))
        let finished = try collection.named("backdated")
        #expect(finished.startTimeUnixNano == 1_000_000_000)
        #expect(finished.endTimeUnixNano == 1_000_000_000)
    }

    @Test func `every kind of attribute value reaches the wire`() throws {
        let span = tracer().startSpan("values")
        span.attributes = [
            "a": "text", "b": 7, "c": 1.5, "d": true, "e": .stringArray(["x", "y"]),
            "f": .int64Array([1, 2]),
            "g": .stringConvertible(SpanID(1)), "h": .int32(-3), "i": .boolArray([false]),
            "j": .doubleArray([0.5]),
        ]
        span.end()
        #expect(
            try collection.named("values").attributes == [
                Attribute("a", .string("text")), Attribute("b", .int(7)), Attribute("c", .double(1.5)),
                Attribute("d", .bool(true)), Attribute("e", .array([.string("x"), .string("y")])),
                Attribute("f", .array([.int(1), .int(2)])), Attribute("g", .string("0000000000000001")),
                Attribute("h", .int(-3)), Attribute("i", .array([.bool(false)])),
                Attribute("j", .array([.double(0.5)])),
            ])
    }

    @Test func `what exceeds the limits is dropped and counted`() throws {
        let span = tracer {
            $0.limits.attributes = 2
            $0.limits.events = 1
            $0.limits.links = 1
            $0.limits.attributeValueLength = 3
        }.startSpan("limited")
        span.attributes["a"] = "12345"
        span.attributes["b"] = 1
        span.attributes["c"] = 1
        span.addEvent("first")
        span.addEvent("second")
        for _ in 0..<3 { span.addLink(SpanLink(context: remoteContext(), attributes: [:])) }
        span.end()
        let finished = try collection.named("limited")
        #expect(finished.attributes == [Attribute("a", .string("123")), Attribute("b", .int(1))])
        #expect(finished.droppedAttributesCount == 1)
        #expect(finished.events.map(\.name) == ["second"] && finished.droppedEventsCount == 1)
        #expect(finished.links.count == 1 && finished.droppedLinksCount == 2)
    }

    @Test func `extract leaves the context alone when headers are absent, empty or broken`() throws {
        let tracer = tracer()
        for headers in [
            [:], ["traceparent": ""], ["traceparent": "00-0-0-00", "tracestate": "a=b", "baggage": ","],
        ] {
            var context = remoteContext()
            let before = context.spanContext
            tracer.extract(headers, into: &context, using: DictionaryCarrier())
            #expect(context.spanContext == before)
            #expect(context.baggage == nil)
        }
        var fresh = InstrumentationContext.topLevel
        tracer.extract(
            ["traceparent": SpanContextTests.valid, "tracestate": "a=b", "baggage": "k=v"], into: &fresh,
            using: DictionaryCarrier())
        #expect(fresh.spanContext?.traceparent == SpanContextTests.valid)
        #expect(fresh.spanContext?.traceState == "a=b")
        #expect(fresh.baggage?["k"] == "v")
        var headers: [String: String] = [:]
        tracer.withSpan("relay", context: fresh) { span in
            tracer.inject(span.context, into: &headers, using: DictionaryCarrier())
        }
        #expect(headers["tracestate"] == "a=b")
    }

    @Test func `a disabled tracer passes the parent on untouched`() throws {
        let tracer = tracer { $0.isEnabled = false }
        let context = remoteContext()
        tracer.withSpan("nothing", context: context) { span in
            #expect(span.context.spanContext == context.spanContext)
            #expect(!span.isRecording)
        }
        tracer.withSpan("root") { span in
            #expect(span.context.spanContext == nil)
        }
        #expect(collection.spans.isEmpty)
    }

    @Test func `tracers of other scopes and resources share the queue`() throws {
        let tracer = tracer()
        let sidecar = Resource(attributes: [Attribute("service.name", .string("gateway"))])
        tracer.startSpan("own").end()
        tracer.scoped(name: "postgres", version: "2").startSpan("db").end()
        tracer.tracer(resource: sidecar, scope: InstrumentationScope(name: "todo.sidecar")).startSpan("side")
            .end()
        tracer.tracer(resource: sidecar, scope: InstrumentationScope(name: "todo.sidecar")).startSpan("again")
            .end()
        let groups = collection.all.groupedForWire()
        #expect(groups.map { $0.scopeSpans.map(\.scope.name) } == [["tests", "postgres"], ["todo.sidecar"]])
        #expect(groups.last?.resource == sidecar)
        #expect(groups.last?.scopeSpans.first?.spans.map(\.name) == ["side", "again"])
    }

    @Test func `the ratio decides by the low half of the trace id`() {
        let half = Sampler.traceIDRatio(0.5)
        #expect(half.samples(traceID: TraceID(high: .max, low: .max / 2), parent: nil))
        #expect(!half.samples(traceID: TraceID(high: 0, low: .max / 2 + 2), parent: nil))
        #expect(Sampler.traceIDRatio(1).samples(traceID: TraceID(high: 0, low: .max), parent: nil))
        #expect(
            Sampler(name: "ParentBased_TraceIdRatio", ratio: 0.25)?.description
                == "ParentBased{TraceIdRatioBased{0.25}}")
        #expect(Sampler(name: "xray", ratio: 1) == nil)
    }
}

/// Headers as a dictionary.
struct DictionaryCarrier: Injector, Extractor {
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
        carrier[key] = value
    }
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
}
