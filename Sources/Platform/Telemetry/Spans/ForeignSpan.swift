import OTLP
public import Tracing

/// A span that began and ended elsewhere, such as in a browser, and is only sent on from here.
public struct ForeignSpan: Sendable {
    /// Its ids; the flags say whether it is kept.
    public var context: SpanContext
    /// What it belongs below; nil for the root of a trace.
    public var parent: SpanContext?
    /// What was done.
    public var name: String
    /// Who did what to whom.
    public var kind: Tracing.SpanKind
    /// Nanoseconds of Unix time.
    public var start: UInt64
    /// Nanoseconds of Unix time.
    public var end: UInt64
    /// Whether what was done failed.
    public var hasFailed: Bool
    /// Facts about it.
    public var attributes: SpanAttributes

    /// A span as it was told.
    public init(
        context: SpanContext, parent: SpanContext?, name: String, kind: Tracing.SpanKind, start: UInt64,
        end: UInt64, hasFailed: Bool, attributes: SpanAttributes
    ) {
        self.context = context
        self.parent = parent
        self.name = name
        self.kind = kind
        self.start = start
        self.end = end
        self.hasFailed = hasFailed
        self.attributes = attributes
    }
}

extension TelemetryTracer {
    /// Sends a foreign span on as this tracer's, unless its trace is not sampled.
    public func record(_ span: ForeignSpan) {
        guard span.context.isSampled, span.context.isValid else { return }
        var record = SpanRecord(name: span.name)
        record.set(span.attributes, limits: limits)
        if span.hasFailed { record.set(SpanStatus(code: .error)) }
        pass(
            EndedSpan(
                context: span.context, parentSpanID: span.parent?.spanID, hasRemoteParent: span.parent != nil,
                kind: OTLP.SpanKind(span.kind), start: span.start, end: max(span.start, span.end),
                record: record, limits: limits))
    }
}
