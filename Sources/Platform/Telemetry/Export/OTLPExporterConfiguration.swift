/// Where spans go (`OTEL_EXPORTER_OTLP_*`).
public struct OTLPExporterConfiguration: Sendable {
    /// The full URL, path included.
    public var endpoint = "http://localhost:4318/v1/traces"
    /// Sent along; may hold keys of the receiver, so no description shows the values.
    public var headers: [(name: String, value: String)] = []
    /// One export with all its retries.
    public var timeout = Duration.milliseconds(10_000)

    /// The defaults of the OpenTelemetry specification.
    public init() {}
}

extension OTLPExporterConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the values of headers.
    public var description: String {
        "\(endpoint), \(headers.count) headers, timeout \(timeout)"
    }

    /// Without the values of headers.
    public var debugDescription: String { description }
}
