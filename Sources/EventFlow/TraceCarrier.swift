import Dapr
public import Tracing

/// W3C trace context as the strings that rows and envelopes hold.
public struct TraceCarrier: Sendable, Hashable {
    /// `00-<trace id>-<span id>-<flags>` in lower-case hexadecimal, unchecked until `context()` reads it.
    public var traceparent: String?
    /// What vendors on the way keep for themselves; means nothing without a `traceparent`.
    public var tracestate: String?
    /// Facts of the request as a `baggage` header spells them; outbox rows do not keep it.
    public var baggage: String?

    /// A carrier of given values; nil for what is not there.
    public init(traceparent: String? = nil, tracestate: String? = nil, baggage: String? = nil) {
        self.traceparent = traceparent
        self.tracestate = tracestate
        self.baggage = baggage
    }

    /// What the envelope of a delivery says, also when the sidecar wrapped it as a raw dead letter; empty for a bulk,
    /// whose events each have their own.
    public init(ofDelivery body: [UInt8]) {
        let event = try? CloudEvent(json: DeadLetterTopic.content(of: body))
        self.init(
            traceparent: event?.traceparent ?? event?.traceid, tracestate: event?.tracestate,
            baggage: event?.baggage)
    }

    /// Writes down the current span's context.
    public static func current() -> TraceCarrier {
        var fields: [String: String] = [:]
        if let context = InstrumentationContext.current {
            InstrumentationSystem.instrument.inject(context, into: &fields, using: FieldInjector())
        }
        return TraceCarrier(
            traceparent: fields["traceparent"], tracestate: fields["tracestate"], baggage: fields["baggage"])
    }

    /// The context that was written down; empty when nothing valid was.
    public func context() -> InstrumentationContext {
        var fields: [String: String] = [:]
        fields["traceparent"] = traceparent
        fields["tracestate"] = tracestate
        fields["baggage"] = baggage
        var context = InstrumentationContext.topLevel
        InstrumentationSystem.instrument.extract(fields, into: &context, using: FieldExtractor())
        return context
    }
}

private struct FieldInjector: Injector {
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
        carrier[key] = value
    }
}

private struct FieldExtractor: Extractor {
    func extract(key: String, from carrier: [String: String]) -> String? {
        carrier[key]
    }
}
