import Logging
public import OTLP
public import Tracing

/// Makes spans of one resource and scope.
///
/// Tracers are cheap and many (one per module, and one per resource where a process speaks for several); they
/// share sampler, ids, clock and processor, so that all spans of a process leave through one queue.
public final class TelemetryTracer: Tracer, Sendable {
    /// What a tracer makes.
    public typealias Span = TelemetrySpan

    /// What all tracers of a process share.
    public struct Parts: Sendable {
        /// Decides what is recorded.
        public var sampler = Sampler.parentBased(root: .alwaysOn)
        /// Source of ids.
        public var ids = SpanIDGenerator()
        /// Source of times.
        public var clock = SpanClock.system
        /// Bounds of one span.
        public var limits = SpanLimits()
        /// Which headers are read and written.
        public var propagation = Propagation.standard
        /// False makes no spans at all but still carries contexts on (`OTEL_SDK_DISABLED`).
        public var isEnabled = true
        /// Counts what tracers do; nil counts nothing.
        public var metrics: SpanMetrics?

        /// Tells of spans that exceed their limits.
        var diagnostics = Diagnostics.silent

        /// The usual parts.
        public init() {}
    }

    /// Who the spans come from.
    public let origin: SpanOrigin
    private let parts: Parts
    private let samplingPlan: SamplingPlan
    private let processor: any SpanProcessor

    /// A tracer of its own parts.
    public convenience init(
        resource: Resource, scope: InstrumentationScope, processor: any SpanProcessor, parts: Parts = Parts()
    ) {
        self.init(origin: SpanOrigin(resource: resource, scope: scope), processor: processor, parts: parts)
    }

    private init(origin: SpanOrigin, processor: any SpanProcessor, parts: Parts) {
        self.origin = origin
        self.processor = processor
        self.parts = parts
        samplingPlan = SamplingPlan(parts.sampler)
    }

    /// Decides which spans are recorded.
    public var sampler: Sampler { parts.sampler }
    var clock: SpanClock { parts.clock }
    var limits: SpanLimits { parts.limits }
    var propagation: Propagation { parts.propagation }

    /// A tracer for another module of the same process, with the conventions that module follows.
    public func scoped(
        name: String, version: String = "", schemaURL: String = SpanOrigin.semanticConventions
    ) -> TelemetryTracer {
        let scope = InstrumentationScope(name: name, version: version)
        let origin = SpanOrigin(resource: origin.resource, scope: scope, schemaURL: schemaURL)
        return TelemetryTracer(origin: origin, processor: processor, parts: parts)
    }

    /// A tracer that speaks for another resource through the same queue.
    public func tracer(resource: Resource, scope: InstrumentationScope) -> TelemetryTracer {
        TelemetryTracer(resource: resource, scope: scope, processor: processor, parts: parts)
    }

    /// Starts a span; the API of the tracing package.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext,
        ofKind kind: Tracing.SpanKind, at instant: @autoclosure () -> Instant, function: String,
        file fileID: String, line: UInt
    ) -> TelemetrySpan {
        make(
            operationName, context(), kind, at: { parts.clock.moment(of: instant()) }, links: [],
            attributes: .empty)
    }

    /// Starts a span with its links and first attributes in one step, so that samplers see them.
    ///
    /// The API of the tracing package has no place for them at the start.
    public func startSpan(
        _ operationName: String, context: InstrumentationContext, ofKind kind: Tracing.SpanKind,
        links: [SpanLink], attributes: SpanAttributes = [:],
        at instant: DefaultTracerClock.Timestamp = DefaultTracerClock.now
    ) -> TelemetrySpan {
        make(
            operationName, context, kind, at: { parts.clock.moment(of: instant) }, links: links,
            attributes: attributes)
    }

    /// The order of the specification: trace id, sampler, a span id in any case, the span.
    private func make(
        _ name: String, _ context: InstrumentationContext, _ kind: Tracing.SpanKind,
        at start: () -> SpanClock.Moment, links: [SpanLink], attributes: SpanAttributes
    ) -> TelemetrySpan {
        let parent = context.spanContext.flatMap { $0.isValid ? $0 : nil }
        guard parts.isEnabled else { return passThrough(name, context, parent) }
        let traceID = parent?.traceID ?? parts.ids.traceID()
        let result =
            samplingPlan.decision(traceID: traceID, parent: parent).map(SamplingResult.init(planned:))
            ?? parts.sampler.decide(
                SpanCandidate(
                    traceID: traceID, parent: parent, name: name, kind: kind, attributes: attributes,
                    links: links))
        parts.metrics?.started(parent: parent, result.decision)
        // A dropped span gets an id of its own as well: what follows must be able to tell the two apart.
        let spanContext = SpanContext(
            traceID: traceID, spanID: parts.ids.spanID(),
            flags: randomness(below: parent) | (result.decision == .recordAndSample ? sampledFlag : 0),
            traceState: result.traceState?.header ?? parent?.traceState ?? "")
        return TelemetrySpan(
            name: name, kind: OTLP.SpanKind(kind), context: context, spanContext: spanContext, parent: parent,
            start: result.decision == .drop ? .unknown : start(),
            record: record(name, result, links, attributes), tracer: self)
    }

    private func record(
        _ name: String, _ result: SamplingResult, _ links: [SpanLink], _ attributes: SpanAttributes
    ) -> SpanRecord? {
        guard result.decision != .drop else { return nil }
        var record = SpanRecord(name: name)
        if !attributes.isEmpty || !result.attributes.isEmpty {
            var attributes = attributes
            // Even with nothing to merge it would copy them.
            if !result.attributes.isEmpty { attributes.merge(result.attributes) }
            record.set(attributes, limits: limits)
        }
        for link in links { record.add(link, limits: limits) }
        return record
    }

    /// Whether a trace id is random is for its maker to say; children repeat it.
    private func randomness(below parent: SpanContext?) -> UInt8 {
        guard let parent else { return parts.ids.isRandom ? randomFlag : 0 }
        return parent.flags & randomFlag
    }

    /// Asks for an export soon. To wait for one, ask the system's `flush()`.
    public func forceFlush() {
        processor.requestFlush()
    }

    func finish(_ span: EndedSpan) {
        parts.metrics?.ended(isSampled: true)
        if span.record.isCut {
            parts.diagnostics.warn(
                "a span exceeds its limits: what is beyond is left out", ["scope": "\(origin.scope.name)"])
        }
        pass(span)
    }

    /// To the exporter's queue.
    func pass(_ span: EndedSpan) {
        processor.onEnd(FinishedSpan(span, origin: origin))
    }

    /// A span that was recorded and not sampled is nobody's business once it has ended.
    func finishUnsampled() {
        parts.metrics?.ended(isSampled: false)
    }

    /// With tracing disabled a span is the parent's shadow: same ids, nothing recorded.
    private func passThrough(
        _ name: String, _ context: InstrumentationContext, _ parent: SpanContext?
    ) -> TelemetrySpan {
        TelemetrySpan(passingOn: context, parent: parent, name: name, tracer: self)
    }
}
