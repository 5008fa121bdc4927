import OTLP

/// A span that has ended, as it was told, on its way to the exporter.
///
/// What it looks like on the wire is worked out there: who ends a span should not wait for its attributes to be sorted
/// and for numbers to become texts.
struct EndedSpan: Sendable {
    let context: SpanContext
    let parentSpanID: SpanID?
    let hasRemoteParent: Bool
    let kind: OTLP.SpanKind
    let start: UInt64
    let end: UInt64
    let record: SpanRecord
    let limits: SpanLimits

    var wireSpan: OTLP.Span {
        var span = OTLP.Span(
            traceID: context.traceID, spanID: context.spanID, parentSpanID: parentSpanID,
            name: record.name, kind: kind, startTimeUnixNano: start, endTimeUnixNano: end)
        span.traceState = context.traceState
        span.flags = UInt32(context.flags) | remotenessKnown | (hasRemoteParent ? remote : 0)
        record.write(to: &span, limits: limits)
        return span
    }
}
