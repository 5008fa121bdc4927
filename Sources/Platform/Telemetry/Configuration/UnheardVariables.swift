/// Variables of the OpenTelemetry specification that have no effect here: whoever sets one is told, once.
extension EnvironmentReader {
    private static let unheard: [(name: String, why: String)] = [
        ("OTEL_CONFIG_FILE", "there is no configuration by file"),
        ("OTEL_EXPORTER_OTLP_INSECURE", "it is for gRPC; write http:// in the endpoint"),
        ("OTEL_EXPORTER_OTLP_TRACES_INSECURE", "it is for gRPC; write http:// in the endpoint"),
        ("OTEL_METRIC_EXPORT_INTERVAL", noMetricExport), ("OTEL_METRIC_EXPORT_TIMEOUT", noMetricExport),
        ("OTEL_METRICS_EXEMPLAR_FILTER", "exemplars follow the sampled spans"),
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "metrics are on the admin port"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "metrics are on the admin port"),
        ("OTEL_BLRP_SCHEDULE_DELAY", noLogExport), ("OTEL_BLRP_EXPORT_TIMEOUT", noLogExport),
        ("OTEL_BLRP_MAX_QUEUE_SIZE", noLogExport), ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", noLogExport),
        ("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", noLogExport),
        ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", noLogExport),
    ]
    private static let noMetricExport = "metrics are scraped, not sent"
    private static let noLogExport = "logs are written as lines, not sent"

    /// Signals that are not sent by OTLP: what their exporter may be called without a warning.
    private static let unsent: [(name: String, fitting: Set<String>, why: String)] = [
        ("OTEL_METRICS_EXPORTER", ["prometheus", "none"], noMetricExport),
        ("OTEL_LOGS_EXPORTER", ["console", "none"], noLogExport),
    ]

    mutating func warnOfUnheard() {
        for (name, why) in Self.unheard where text(name) != nil { warn("\(name): has no effect, \(why)") }
        for (name, fitting, why) in Self.unsent {
            guard let value = text(name), !fitting.contains(value.lowercased()) else { continue }
            warn("\(name): “\(shown(value))” has no effect, \(why)")
        }
        for signal in ["METRICS", "LOGS"] {
            let prefix = "OTEL_EXPORTER_OTLP_\(signal)_"
            guard variables.keys.contains(where: { $0.hasPrefix(prefix) && text($0) != nil }) else {
                continue
            }
            warn("\(prefix)*: has no effect, \(signal == "METRICS" ? Self.noMetricExport : Self.noLogExport)")
        }
    }
}
