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

        /// The usual parts.
        public init() {}
    }

    /// Who the spans come from.
    public let origin: SpanOrigin
    private let parts: Parts
    private let processor: any SpanProcessor

    /// A tracer of its own parts.
    public init(
        resource: Resource, scope: InstrumentationScope, processor: any SpanProcessor, parts: Parts = Parts()
    ) {
        origin = SpanOrigin(resource: resource, scope: scope)
        self.processor = processor
        self.parts = parts
    }

    /// Decides which spans are recorded.
    public var sampler: Sampler { parts.sampler }
    var clock: SpanClock { parts.clock }
    var limits: SpanLimits { parts.limits }
    var propagation: Propagation { parts.propagation }

    /// A tracer for another module of the same process.
    public func scoped(name: String, version: String = "") -> TelemetryTracer {
        tracer(resource: origin.resource, scope: InstrumentationScope(name: name, version: version))
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
        let context = context()
        let start = clock.moment(of: instant())
        let parent = context.spanContext
        guard parts.isEnabled else { return passThrough(operationName, context, parent, start) }
        let traceID = parent?.traceID ?? parts.ids.traceID()
        let isSampled = parts.sampler.samples(traceID: traceID, parent: parent)
        parts.metrics?.started(parent: parent, isSampled: isSampled)
        // A dropped span gets an id of its own as well: what follows must be able to tell the two apart.
        let spanContext = SpanContext(
            traceID: traceID, spanID: parts.ids.spanID(), flags: isSampled ? sampledFlag : 0,
            traceState: parent?.traceState ?? "")
        return TelemetrySpan(
            name: operationName, kind: OTLP.SpanKind(kind), context: context, spanContext: spanContext,
            parent: parent, start: start, tracer: self)
    }

    /// Starts a span with its links and first attributes in one step.
    public func startSpan(
        _ operationName: String, context: InstrumentationContext, ofKind kind: Tracing.SpanKind,
        links: [SpanLink], attributes: SpanAttributes = [:]
    ) -> TelemetrySpan {
        let span = startSpan(operationName, context: context, ofKind: kind)
        if !attributes.isEmpty { span.attributes = attributes }
        for link in links { span.addLink(link) }
        return span
    }

    /// Asks for an export soon. To wait for one, ask the system's `flush()`.
    public func forceFlush() {
        processor.requestFlush()
    }

    func finish(_ span: OTLP.Span) {
        parts.metrics?.ended()
        processor.onEnd(FinishedSpan(span: span, origin: origin))
    }

    /// With tracing disabled a span is the parent's shadow: same ids, nothing recorded.
    private func passThrough(
        _ name: String, _ context: InstrumentationContext, _ parent: SpanContext?, _ start: SpanClock.Moment
    ) -> TelemetrySpan {
        TelemetrySpan(passingOn: context, parent: parent, name: name, start: start, tracer: self)
    }
}
