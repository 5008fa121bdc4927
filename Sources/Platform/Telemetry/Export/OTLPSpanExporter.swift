public import CoreMetrics
public import CurlHTTP
import OTLP
import Synchronization

/// Delivers spans by OTLP over HTTP in protobuf.
///
/// A batch too large for one request goes out in parts, one after the other. Its calls make no spans.
public final class OTLPSpanExporter: SpanExporter, Sendable {
    private let delivery: OTLPDelivery
    private let factory: any MetricsFactory
    private let isShutDown = Atomic(false)

    /// An exporter over an HTTP client.
    public convenience init(
        configuration: OTLPExporterConfiguration, httpClient: HTTPClient, factory: (any MetricsFactory)? = nil
    ) {
        self.init(
            configuration: configuration, transport: CurlExportTransport(client: httpClient), clock: .system,
            pause: .continuous, jitter: { Double.random(in: 0..<1) },
            factory: factory ?? NOOPMetricsHandler.instance, diagnostics: .silent)
    }

    init(
        configuration: OTLPExporterConfiguration, transport: any ExportTransport, clock: SpanClock,
        pause: Pause,
        jitter: @escaping @Sendable () -> Double, factory: any MetricsFactory, diagnostics: Diagnostics
    ) {
        delivery = OTLPDelivery(
            configuration: configuration, transport: transport, clock: clock, pause: pause, jitter: jitter,
            diagnostics: diagnostics)
        self.factory = factory
    }

    /// Delivers the spans, retrying within the configured time.
    public func export(_ spans: [FinishedSpan]) async -> ExportOutcome {
        guard !spans.isEmpty else { return ExportOutcome(exported: 0) }
        guard !isShutDown.load(ordering: .acquiring) else {
            return ExportOutcome(exported: 0, failed: spans.count, errorType: "already_shutdown")
        }
        let began = delivery.clock.monotonicNanoseconds()
        let outcome = await send(spans[...], began: began)
        measure(outcome, since: began)
        return outcome
    }

    /// Ends it: nothing is held back, and what comes later fails.
    public func shutdown() async {
        isShutDown.store(true, ordering: .releasing)
    }

    private func send(_ spans: ArraySlice<FinishedSpan>, began: UInt64) async -> ExportOutcome {
        let body = TraceCodec.encode(Array(spans).groupedForWire())
        guard body.count > delivery.configuration.maximumRequestBytes, spans.count > 1 else {
            return await delivery.deliver(body, count: spans.count, began: began)
        }
        let middle = spans.startIndex + spans.count / 2
        let first = await send(spans[..<middle], began: began)
        return await first + send(spans[middle...], began: began)
    }

    private func measure(_ outcome: ExportOutcome, since began: UInt64) {
        var dimensions = BatchMetrics.exporter
        if let errorType = outcome.errorType { dimensions.append(("error.type", errorType)) }
        CoreMetrics.Timer(
            label: "otel.sdk.exporter.operation.duration", dimensions: dimensions, factory: factory
        ).recordNanoseconds(Int64(clamping: delivery.clock.monotonicNanoseconds() &- began))
    }
}
