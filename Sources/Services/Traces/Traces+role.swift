import Hummingbird
public import ServiceKit

extension Traces {
    private static let otlpPort = ConfigurationKey(
        "TODO_OTLP_PORT", .integer, default: "4318", "port that receives OTLP over HTTP")
    private static let spanLimit = ConfigurationKey(
        "TODO_TRACES_SPAN_LIMIT", .integer, default: "200000", "spans kept; the oldest traces go first")

    private static let logLimit = ConfigurationKey(
        "TODO_TRACES_LOG_LIMIT", .integer, default: "100000", "log records kept; the oldest go first")

    /// The trace store as a role: a receiver on one port, queries on the other.
    public static let role = ServiceRole(
        name: "traces", summary: "OTLP receiver and trace queries", port: 16686, adminPort: 9188,
        keys: [otlpPort, spanLimit, logLimit], build: build)

    private static func build(_ frame: ServiceFrame) async throws -> ServiceParts {
        let traces = Traces(
            limits: TraceStoreLimits(spans: try frame.settings.integer(spanLimit, in: 1000...10_000_000)),
            logLimits: LogStore.Limits(
                records: try frame.settings.integer(logLimit, in: 1000...10_000_000)))
        let receiver = try frame.server(
            port: try frame.settings.integer(otlpPort, in: 1...65535),
            responder: traces.otlpRouter().buildResponder())
        let queries = try frame.server(
            port: try frame.settings.integer(frame.role.port, in: 1...65535),
            responder: traces.queryRouter().buildResponder())
        return ServiceParts(services: [receiver, queries])
    }
}
