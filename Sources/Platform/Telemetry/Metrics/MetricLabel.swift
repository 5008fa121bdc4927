/// A label that series of a metric may have, and what keeps the number of its values small.
///
/// Never a label: ids of users, tasks or traces, addresses, raw paths, texts of people, messages of errors.
public struct MetricLabel: Sendable, Hashable {
    /// Which values there may be.
    public enum Values: Sendable, Hashable {
        /// These and no others.
        case oneOf([String])
        /// Any, but in one process no more than so many.
        case atMost(Int)
    }

    /// The OpenTelemetry name, dotted.
    public let name: String
    /// Its values.
    public let values: Values

    /// A label of known values.
    public init(_ name: String, oneOf values: [String]) {
        self.name = name
        self.values = .oneOf(values)
    }

    /// A label of whatever the configuration, the routes or the event types make it.
    public init(_ name: String, atMost limit: Int) {
        self.name = name
        values = .atMost(limit)
    }

    /// The name in Prometheus.
    public var prometheusName: String { prometheusLabelName(name) }
}

/// The labels that several metrics share.
extension MetricLabel {
    static let method = MetricLabel(
        "http.request.method",
        oneOf: [
            "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY", "_OTHER",
        ])
    /// Templates such as `/api/v1/tasks/{id}`; a request that meets none has no such label.
    static let route = MetricLabel("http.route", atMost: 120)
    static let status = MetricLabel("http.response.status_code", atMost: 40)
    static let scheme = MetricLabel("url.scheme", oneOf: ["http", "https"])
    static let listener = MetricLabel("listener", oneOf: ["admin", "service", "sidecar"])
    /// Only where something failed: a status, an SQLSTATE's class, a word for what happened.
    static let errorType = MetricLabel("error.type", atMost: 60)

    static let messagingSystem = MetricLabel("messaging.system", oneOf: ["dapr"])
    static let operation = MetricLabel("messaging.operation.name", oneOf: ["send", "process"])
    static let operationType = MetricLabel("messaging.operation.type", oneOf: ["send", "process"])
    static let topic = MetricLabel("messaging.destination.name", atMost: 20)
    static let group = MetricLabel("messaging.consumer.group.name", atMost: 2)
    static let eventType = MetricLabel("todo.event.type", atMost: 60)
    /// Why an event was not handled: words of the code.
    static let reason = MetricLabel("reason", atMost: 20)

    /// Why an event became a dead letter; the words that `FailureVerdict` has for what is given up.
    static let deadLetterReason = MetricLabel(
        "reason",
        oneOf: [
            "attempts_exhausted", "bad_envelope", "bad_payload", "constraint_violation", "data_exception",
            "schema_violation",
        ])

    static let pool = MetricLabel("db.client.connection.pool.name", atMost: 4)
    static let database = MetricLabel("db.system.name", oneOf: ["postgresql"])
    static let namespace = MetricLabel("db.namespace", atMost: 3)
    /// `INSERT task`: an operation and a table, from statements that are in the code.
    static let summary = MetricLabel("db.query.summary", atMost: 120)

    static let parentOrigin = MetricLabel("otel.span.parent.origin", oneOf: ["none", "local", "remote"])
    static let samplingResult = MetricLabel(
        "otel.span.sampling_result", oneOf: ["DROP", "RECORD_ONLY", "RECORD_AND_SAMPLE"])
    static let componentName = MetricLabel("otel.component.name", atMost: 4)
    static let componentType = MetricLabel(
        "otel.component.type",
        oneOf: [
            "batching_span_processor", "batching_log_processor", "otlp_http_span_exporter",
            "otlp_http_log_exporter", "prometheus_http_text_metric_exporter",
        ])
}
