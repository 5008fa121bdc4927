import OTLP
import Synchronization
public import Tracing

/// One span being made.
///
/// A span that is dropped is the same type without a record: it only carries a valid context on, so that
/// whatever comes after it stays in the trace.
public final class TelemetrySpan: Tracing.Span {
    /// The caller's context with this span in it.
    public let context: InstrumentationContext
    /// What other processes learn of this span.
    public let spanContext: SpanContext

    private let parent: SpanContext?
    private let kind: OTLP.SpanKind
    private let start: SpanClock.Moment
    private let initialName: String
    private let tracer: TelemetryTracer
    /// Nil when the span is not recorded or has ended: whoever takes the record out ends the span, so it
    /// happens exactly once.
    private let record: Mutex<SpanRecord?>

    init(
        name: String, kind: OTLP.SpanKind, context: InstrumentationContext, spanContext: SpanContext,
        parent: SpanContext?, start: SpanClock.Moment, record: SpanRecord?, tracer: TelemetryTracer
    ) {
        var context = context
        context.spanContext = spanContext
        self.context = context
        self.spanContext = spanContext
        self.parent = parent
        self.kind = kind
        self.start = start
        self.tracer = tracer
        initialName = name
        self.record = Mutex(record)
    }

    /// A span that records nothing and leaves the context as it is, sampled flag included.
    init(
        passingOn context: InstrumentationContext, parent: SpanContext?, name: String,
        start: SpanClock.Moment, tracer: TelemetryTracer
    ) {
        self.context = context
        spanContext = parent ?? SpanContext(traceID: TraceID(high: 0, low: 0), spanID: SpanID(0))
        self.parent = parent
        kind = .internal
        self.start = start
        self.tracer = tracer
        initialName = name
        record = Mutex(nil)
    }

    /// Whether what is told to this span is kept: recorded and not yet ended.
    public var isRecording: Bool {
        record.withLock { $0 != nil }
    }

    /// The span's name; may be made more precise until the end.
    public var operationName: String {
        get { record.withLock { $0?.name } ?? initialName }
        set { record.withLock { $0?.name = newValue } }
    }

    /// The span's attributes. Reading, changing and writing back is not one step: one task changes a span.
    public var attributes: SpanAttributes {
        get { record.withLock { $0?.attributes } ?? [:] }
        set { record.withLock { $0?.set(newValue, limits: tracer.limits) } }
    }

    /// Changes the status; Ok is final, Error beats Unset.
    public func setStatus(_ status: SpanStatus) {
        record.withLock { $0?.set(status) }
    }

    /// Adds an event; the oldest goes when there are too many.
    public func addEvent(_ event: Tracing.SpanEvent) {
        record.withLock { $0?.add(event, notBefore: start.wall, limits: tracer.limits) }
    }

    /// Adds an `exception` event with the error's type.
    ///
    /// Its text is left out on purpose: messages of errors may quote what users wrote.
    public func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        let type = String(reflecting: Swift.type(of: error))
        var details: SpanAttributes = ["exception.type": .string(type)]
        details.merge(attributes)
        let event = Tracing.SpanEvent(name: "exception", at: instant(), attributes: details)
        record.withLock { record in
            guard record != nil else { return }
            record?.add(event, notBefore: start.wall, limits: tracer.limits)
            // An instrumentation that knows better (an HTTP status, an SQLSTATE) has set it already.
            record?.setIfAbsent("error.type", .string(type), limits: tracer.limits)
        }
    }

    /// Points at a span elsewhere; ignored when the context holds none.
    public func addLink(_ link: SpanLink) {
        record.withLock { $0?.add(link, limits: tracer.limits) }
    }

    /// Ends the span and hands it to the processor; only the first call counts.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let taken = record.withLock { record -> SpanRecord? in
            defer { record = nil }
            return record
        }
        guard let taken else { return }
        guard spanContext.isSampled else { return tracer.finishUnsampled() }
        let end = tracer.clock.end(since: start, at: tracer.clock.moment(of: instant()))
        var span = OTLP.Span(
            traceID: spanContext.traceID, spanID: spanContext.spanID, parentSpanID: parent?.spanID,
            name: taken.name, kind: kind, startTimeUnixNano: start.wall, endTimeUnixNano: end)
        span.traceState = spanContext.traceState
        span.flags = UInt32(spanContext.flags) | remotenessKnown | (parent?.isRemote == true ? remote : 0)
        taken.write(to: &span, limits: tracer.limits)
        tracer.finish(span)
    }
}
