public import Tracing

/// Which headers carry a context between processes.
public struct Propagation: Sendable, Hashable {
    /// `traceparent` and `tracestate`.
    public var traceContext: Bool
    /// `baggage`.
    public var baggage: Bool

    /// Both, as the OpenTelemetry specification has it.
    public static let standard = Propagation(traceContext: true, baggage: true)

    /// A choice of headers.
    public init(traceContext: Bool, baggage: Bool) {
        self.traceContext = traceContext
        self.baggage = baggage
    }
}

extension TelemetryTracer {
    /// Writes the context into headers.
    public func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        if propagation.traceContext, let span = context.spanContext {
            injector.inject(span.traceparent, forKey: "traceparent", into: &carrier)
            if !span.traceState.isEmpty {
                injector.inject(span.traceState, forKey: "tracestate", into: &carrier)
            }
        }
        if propagation.baggage, let header = context.baggage?.header {
            injector.inject(header, forKey: "baggage", into: &carrier)
        }
    }

    /// Reads a context from headers. What is absent, empty or broken leaves the context as it was.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        if propagation.traceContext, let header = extractor.extract(key: "traceparent", from: carrier),
            let span = SpanContext(
                traceparent: header, traceState: extractor.extract(key: "tracestate", from: carrier) ?? "")
        {
            context.spanContext = span
        }
        if propagation.baggage, let header = extractor.extract(key: "baggage", from: carrier) {
            let baggage = Baggage(header: header)
            if !baggage.entries.isEmpty { context.baggage = baggage }
        }
    }
}
