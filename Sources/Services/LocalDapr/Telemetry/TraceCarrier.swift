import Tracing

/// Trace headers on their way in or out, by lower-case name.
typealias TraceCarrier = [String: String]

struct TraceCarrierAccess: Extractor, Injector {
    func extract(key: String, from carrier: TraceCarrier) -> String? {
        carrier[key.lowercased()]
    }

    func inject(_ value: String, forKey key: String, into carrier: inout TraceCarrier) {
        carrier[key.lowercased()] = value
    }
}

extension Tracer {
    /// The context that these headers describe. A root context if they describe none.
    func context(from carrier: TraceCarrier) -> InstrumentationContext {
        var context = InstrumentationContext.topLevel
        extract(carrier, into: &context, using: TraceCarrierAccess())
        return context
    }

    /// The headers that describe this context.
    func headers(for context: InstrumentationContext) -> TraceCarrier {
        var carrier: TraceCarrier = [:]
        inject(context, into: &carrier, using: TraceCarrierAccess())
        return carrier
    }
}

extension TraceCarrier {
    /// What an envelope holds of this position.
    var envelopeFields: TraceFields {
        TraceFields(traceparent: self["traceparent"] ?? "", tracestate: self["tracestate"] ?? "")
    }
}
