public import CoreMetrics
public import CurlHTTP
import OTLP

/// Delivers spans by OTLP over HTTP in protobuf.
///
/// A batch too large for one request goes out in parts, one after the other. Its calls make no spans.
public final class OTLPSpanExporter: SpanExporter, Sendable {
    private let batches: OTLPExport<FinishedSpan>

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
        let delivery = OTLPDelivery(
            signal: .spans, configuration: configuration, transport: transport, clock: clock, pause: pause,
            jitter: jitter, diagnostics: diagnostics)
        batches = OTLPExport(.spans, delivery: delivery, factory: factory) { spans in
            TraceCodec.encode(Array(spans).groupedForWire())
        }
    }

    /// Delivers the spans, retrying within the configured time.
    public func export(_ spans: [FinishedSpan]) async -> ExportOutcome {
        await batches.export(spans)
    }

    /// Ends it: nothing is held back, and what comes later fails.
    public func shutdown() async {
        batches.shutdown()
    }
}
