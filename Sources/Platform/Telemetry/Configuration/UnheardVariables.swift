/// Variables of the OpenTelemetry specification that have no effect here: whoever sets one is told, once.
extension EnvironmentReader {
    private static let unheard: [(name: String, why: String)] = [
        ("OTEL_CONFIG_FILE", "there is no configuration by file"),
        ("OTEL_EXPORTER_OTLP_INSECURE", "it is for gRPC; write http:// in the endpoint"),
        ("OTEL_EXPORTER_OTLP_LOGS_INSECURE", "it is for gRPC; write http:// in the endpoint"),
        ("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "it is for gRPC; write http:// in the endpoint"),
        ("OTEL_METRIC_EXPORT_INTERVAL", noMetricExport), ("OTEL_METRIC_EXPORT_TIMEOUT", noMetricExport),
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "metrics are on the admin port"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "metrics are on the admin port"),
    ]
    private static let noMetricExport = "metrics are scraped, not sent"

    /// Signals that are not sent by OTLP: what their exporter may be called without a warning.
    private static let unsent: [(name: String, fitting: Set<String>, why: String)] = [
        ("OTEL_METRICS_EXPORTER", ["prometheus", "none"], noMetricExport)
    ]

    mutating func warnOfUnheard() {
        for (name, why) in Self.unheard where text(name) != nil { warn("\(name): has no effect, \(why)") }
        for (name, fitting, why) in Self.unsent {
            guard let value = text(name), !fitting.contains(value.lowercased()) else { continue }
            warn("\(name): “\(shown(value))” has no effect, \(why)")
        }
        let prefix = "OTEL_EXPORTER_OTLP_METRICS_"
        guard variables.keys.contains(where: { $0.hasPrefix(prefix) && text($0) != nil }) else { return }
        warn("\(prefix)*: has no effect, \(Self.noMetricExport)")
    }
}
