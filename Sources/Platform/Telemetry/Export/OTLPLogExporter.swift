public import CoreMetrics
public import CurlHTTP
public import OTLP

/// Delivers log records by OTLP over HTTP in protobuf, by the rules that hold for spans.
public final class OTLPLogExporter: LogExporter, Sendable {
    private let batches: OTLPExport<EmittedLog>

    /// An exporter over an HTTP client.
    ///
    /// - Parameter resource: what is said of the process that wrote the lines.
    public convenience init(
        resource: Resource, configuration: OTLPExporterConfiguration, httpClient: HTTPClient,
        factory: (any MetricsFactory)? = nil
    ) {
        self.init(
            resource: resource, configuration: configuration,
            transport: CurlExportTransport(client: httpClient), clock: .system,
            pause: .continuous, jitter: { Double.random(in: 0..<1) },
            factory: factory ?? NOOPMetricsHandler.instance, diagnostics: .silent)
    }

    init(
        resource: Resource, configuration: OTLPExporterConfiguration, transport: any ExportTransport,
        clock: SpanClock, pause: Pause, jitter: @escaping @Sendable () -> Double,
        factory: any MetricsFactory, diagnostics: Diagnostics
    ) {
        let delivery = OTLPDelivery(
            signal: .logs, configuration: configuration, transport: transport, clock: clock, pause: pause,
            jitter: jitter, diagnostics: diagnostics)
        batches = OTLPExport(.logs, delivery: delivery, factory: factory) { logs in
            LogCodec.encode([ResourceLogs(resource: resource, scopeLogs: logs.groupedByLogger())])
        }
    }

    /// Delivers the records, retrying within the configured time.
    public func export(_ logs: [EmittedLog]) async -> ExportOutcome {
        await batches.export(logs)
    }

    /// Ends it: nothing is held back, and what comes later fails.
    public func shutdown() async {
        batches.shutdown()
    }
}

extension ArraySlice<EmittedLog> {
    /// One entry a logger, in order of appearance.
    fileprivate func groupedByLogger() -> [ScopeLogs] {
        var places: [String: Int] = [:]
        var groups: [ScopeLogs] = []
        for log in self {
            let place = places[log.logger] ?? groups.count
            if place == groups.count {
                places[log.logger] = place
                groups.append(
                    ScopeLogs(
                        scope: InstrumentationScope(name: log.logger), records: [],
                        schemaURL: SpanOrigin.semanticConventions))
            }
            groups[place].records.append(log.record)
        }
        return groups
    }
}
