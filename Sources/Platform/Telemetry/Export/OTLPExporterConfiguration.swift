/// Where spans go (`OTEL_EXPORTER_OTLP_*`).
public struct OTLPExporterConfiguration: Sendable {
    /// How bodies travel.
    public enum Compression: Sendable, Hashable {
        /// As they are.
        case none
        /// Some eight times smaller, for some microseconds a span.
        case gzip
    }

    /// The full URL, path included.
    public var endpoint = "http://localhost:4318/v1/traces"
    /// Sent along; may hold keys of the receiver, so no description shows the values.
    public var headers: [(name: String, value: String)] = []
    /// One export with all its retries; zero leaves the bound to the batch processor.
    public var timeout = Duration.milliseconds(10_000)
    /// How bodies travel.
    public var compression = Compression.none
    /// A larger batch is sent in parts: many receivers refuse bodies of more than 4 MiB.
    public var maximumRequestBytes = 4 << 20
    /// A PEM file of the authorities to trust in place of the system's.
    public var certificateFile: String?
    /// A PEM file with the certificate that this process shows.
    public var clientCertificateFile: String?
    /// A PEM file with that certificate's key.
    public var clientKeyFile: String?

    /// The defaults of the OpenTelemetry specification.
    public init() {}

    /// The time for one export: without a timeout of its own it still ends.
    var budget: Duration { timeout > .zero ? timeout : .seconds(3600) }

    /// Whether connections to the receiver are made in a way of their own.
    var hasOwnTLS: Bool {
        certificateFile != nil || clientCertificateFile != nil || clientKeyFile != nil
    }
}

extension OTLPExporterConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the values of headers.
    public var description: String {
        "\(endpoint), \(headers.count) headers, timeout \(timeout), compression \(compression)"
    }

    /// Without the values of headers.
    public var debugDescription: String { description }
}
