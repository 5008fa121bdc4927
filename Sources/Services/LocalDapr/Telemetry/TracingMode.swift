import Tracing

/// How a sidecar treats trace context; a Configuration document chooses.
enum TracingMode: Sendable, Equatable {
    /// A rate above zero: the sidecar makes spans of its own between publisher and consumer.
    case on
    /// Nothing is said about tracing: context passes through as it came.
    case unconfigured
    /// Rate zero: context is taken out of everything.
    case off

    /// A rate that is no number counts as on, since only zero switches off.
    init(configuration spec: ResourceNode) throws(ResourceMistake) {
        guard let tracing = try spec.field("tracing") else {
            self = .unconfigured
            return
        }
        try tracing.allow(only: ["samplingRate", "stdout", "zipkin", "otel"])
        let rate = try tracing.text("samplingRate") ?? ""
        var exports = false
        for name in ["stdout", "zipkin", "otel"] where try tracing.field(name) != nil { exports = true }
        if let number = Double(rate), number == 0 {
            self = .off
        } else {
            self = exports || !rate.isEmpty ? .on : .unconfigured
        }
    }

    /// The tracer that behaves so.
    func tracer(_ real: any Tracer) -> any Tracer {
        switch self {
        case .on: real
        case .unconfigured: PassThroughTracer(keepsContext: true)
        case .off: PassThroughTracer(keepsContext: false)
        }
    }

    /// What an application is given when an event's context is there but empty.
    static let zeroTraceparent =
        "00-\(String(repeating: "0", count: 32))-\(String(repeating: "0", count: 16))-00"
}

/// A tracer without spans: what came in goes out unchanged, or not at all.
struct PassThroughTracer: Tracer {
    let keepsContext: Bool

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> NoOpTracer.NoOpSpan {
        NoOpTracer.NoOpSpan(context: context())
    }

    func forceFlush() {}

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard keepsContext else { return }
        var passing: TraceCarrier = [:]
        for name in ["traceparent", "tracestate"] {
            passing[name] = extractor.extract(key: name, from: carrier)
        }
        context.passingTrace = passing
    }

    func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        for (name, value) in context.passingTrace ?? [:] {
            injector.inject(value, forKey: name, into: &carrier)
        }
    }
}

private enum PassingTraceKey: InstrumentationContextKey {
    typealias Value = TraceCarrier
}

extension InstrumentationContext {
    fileprivate var passingTrace: TraceCarrier? {
        get { self[PassingTraceKey.self] }
        set { self[PassingTraceKey.self] = newValue }
    }
}
