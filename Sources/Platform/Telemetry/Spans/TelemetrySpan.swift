import OTLP
import Synchronization
public import Tracing

/// One span being made.
///
/// A span that is dropped is the same type without a record: it only carries a valid context on, so that
/// whatever comes after it stays in the trace.
public final class TelemetrySpan: Tracing.Span {
    /// What other processes learn of this span.
    public let spanContext: SpanContext

    private let callersContext: InstrumentationContext
    private let isPassingOn: Bool
    private let parentSpanID: SpanID?
    private let hasRemoteParent: Bool
    private let kind: OTLP.SpanKind
    private let start: SpanClock.Moment
    private let initialName: String
    private let tracer: TelemetryTracer
    /// False from the start on for a span that is dropped: then there is nothing to lock.
    private let wasRecorded: Bool
    /// Nil when the span is not recorded or has ended: whoever takes the record out ends the span, so it
    /// happens exactly once.
    private let record: Mutex<SpanRecord?>

    init(
        name: String, kind: OTLP.SpanKind, context: InstrumentationContext, spanContext: SpanContext,
        parent: SpanContext?, start: SpanClock.Moment, record: SpanRecord?, tracer: TelemetryTracer
    ) {
        callersContext = context
        isPassingOn = false
        self.spanContext = spanContext
        parentSpanID = parent?.spanID
        hasRemoteParent = parent?.isRemote == true
        self.kind = kind
        self.start = start
        self.tracer = tracer
        initialName = name
        wasRecorded = record != nil
        self.record = Mutex(record)
    }

    /// A span that records nothing and leaves the context as it is, sampled flag included.
    init(
        passingOn context: InstrumentationContext, parent: SpanContext?, name: String,
        tracer: TelemetryTracer
    ) {
        callersContext = context
        isPassingOn = true
        spanContext = parent ?? SpanContext(traceID: TraceID(high: 0, low: 0), spanID: SpanID(0))
        parentSpanID = parent?.spanID
        hasRemoteParent = parent?.isRemote == true
        kind = .internal
        start = .unknown
        self.tracer = tracer
        initialName = name
        wasRecorded = false
        record = Mutex(nil)
    }

    /// The caller's context with this span in it; made when asked for, because many spans are never asked.
    public var context: InstrumentationContext {
        guard !isPassingOn else { return callersContext }
        var context = callersContext
        context.spanContext = spanContext
        return context
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
    ///
    /// A change happens in place: the record lends its attributes out, because a copy of all of them for each one that
    /// is set would cost more than everything else about a span.
    public var attributes: SpanAttributes {
        get { record.withLock { $0?.attributes } ?? .empty }
        set { record.withLock { $0?.set(newValue, limits: tracer.limits) } }
        _modify {
            var attributes = borrowAttributes()
            defer { giveBack(attributes) }
            yield &attributes
        }
    }

    // Not inlined, so that what lives across the change fits into the space that a caller has for it on its stack.
    @inline(never)
    private func borrowAttributes() -> SpanAttributes {
        guard wasRecorded else { return .empty }
        return record.withLock { $0?.lendAttributes(limits: tracer.limits) } ?? .empty
    }

    @inline(never)
    private func giveBack(_ attributes: consuming SpanAttributes) {
        guard wasRecorded else { return }
        record.withLock { $0?.takeBack(attributes, limits: tracer.limits) }
    }

    /// Changes several attributes in one step: the tracing package's own way of it, without its copy of them all.
    public func updateAttributes(_ update: (inout SpanAttributes) -> Void) {
        update(&attributes)
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
        var details: SpanAttributes = ["exception.type": .string(String(reflecting: Swift.type(of: error)))]
        details.merge(attributes)
        let event = Tracing.SpanEvent(name: "exception", at: instant(), attributes: details)
        record.withLock { record in
            guard record != nil else { return }
            record?.add(event, notBefore: start.wall, limits: tracer.limits)
            // An instrumentation that knows better (an HTTP status, an SQLSTATE) has set it already.
            record?.setIfAbsent("error.type", .string(error.telemetryType), limits: tracer.limits)
        }
    }

    /// Points at a span elsewhere; ignored when the context holds none.
    public func addLink(_ link: SpanLink) {
        record.withLock { $0?.add(link, limits: tracer.limits) }
    }

    /// Ends the span and hands it to the processor; only the first call counts.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard wasRecorded else { return }
        let taken = record.withLock { record -> SpanRecord? in
            defer { record = nil }
            return record
        }
        guard let taken else { return }
        guard spanContext.isSampled else { return tracer.finishUnsampled() }
        let end = tracer.clock.end(since: start, at: tracer.clock.moment(of: instant()))
        tracer.finish(
            EndedSpan(
                context: spanContext, parentSpanID: parentSpanID, hasRemoteParent: hasRemoteParent,
                kind: kind,
                start: start.wall, end: end, record: taken, limits: tracer.limits))
    }
}
