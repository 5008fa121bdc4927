import InMemoryTracing
import Tracing

/// Remembers spans in memory and speaks `traceparent` on the wire.
struct W3CTestTracer: Tracer {
    let memory = InMemoryTracer(
        idGenerator: .init(nextTraceID: { Self.hex(16) }, nextSpanID: { Self.hex(8) }),
        recordInjections: false,
        recordExtractions: false)

    private static func hex(_ bytes: Int) -> String {
        (0..<bytes).map { _ in
            let text = String(UInt8.random(in: 1...255), radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> InMemorySpan {
        memory.startSpan(
            operationName, context: context(), ofKind: kind, at: instant(), function: function, file: fileID,
            line: line)
    }

    func forceFlush() {}

    func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let span = context.inMemorySpanContext else { return }
        injector.inject("00-\(span.traceID)-\(span.spanID)-01", forKey: "traceparent", into: &carrier)
    }

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        let parts = extractor.extract(key: "traceparent", from: carrier)?.split(separator: "-").map(
            String.init)
        guard let parts, parts.count == 4, parts[1].contains(where: { $0 != "0" }) else { return }
        context.inMemorySpanContext = InMemorySpanContext(
            traceID: parts[1], spanID: parts[2], parentSpanID: nil)
    }
}

extension FinishedInMemorySpan {
    var traceparent: String { "00-\(traceID)-\(spanID)-01" }
}
