import OTLP
import Telemetry
public import Tracing

/// Sends on what others measured, as spans of a service of its own.
public struct ReportedSpans: Sendable {
    /// A span in the words of whoever made it.
    public struct Item: Sendable {
        /// The ids in lower-case hexadecimal.
        public var traceID, spanID: String
        public var parentSpanID: String?
        public var name: String
        /// Nanoseconds of Unix time.
        public var start: UInt64
        public var duration: UInt64
        public var hasFailed: Bool
        public var attributes: SpanAttributes

        public init(
            traceID: String, spanID: String, parentSpanID: String?, name: String, start: UInt64,
            duration: UInt64,
            hasFailed: Bool, attributes: SpanAttributes
        ) {
            self.traceID = traceID
            self.spanID = spanID
            self.parentSpanID = parentSpanID
            self.name = name
            self.start = start
            self.duration = duration
            self.hasFailed = hasFailed
            self.attributes = attributes
        }
    }

    let tracer: TelemetryTracer?

    /// Sends a span on; false when its ids are none.
    ///
    /// - Parameter isTrusted: whether its maker's word on sampling counts; otherwise our own sampler decides.
    public func send(_ item: Item, isTrusted: Bool) -> Bool {
        guard let context = SpanContext(traceparent: "00-\(item.traceID)-\(item.spanID)-01") else {
            return false
        }
        var parent: SpanContext?
        if let id = item.parentSpanID {
            parent = SpanContext(traceparent: "00-\(item.traceID)-\(id)-01")
            guard parent != nil else { return false }
        }
        guard let tracer else { return true }
        let isSampled = isTrusted || tracer.sampler.samples(traceID: context.traceID, parent: nil)
        tracer.record(
            ForeignSpan(
                context: context.sampled(isSampled), parent: parent, name: item.name, kind: .client,
                start: item.start, end: item.start &+ item.duration, hasFailed: item.hasFailed,
                attributes: item.attributes))
        return true
    }
}

extension ServiceFrame {
    /// Spans that are told to this process by another party, such as the page.
    public func reportedSpans(service: String, scope: String) -> ReportedSpans {
        ReportedSpans(tracer: telemetry.tracer(service: service, scope: scope) as? TelemetryTracer)
    }
}
