import Glibc
public import Logging
public import OTLP

/// Everything the module is told from outside: who the process is, and the `OTEL_*` variables.
///
/// Read here: `OTEL_SDK_DISABLED`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_PROPAGATORS`,
/// `OTEL_LOG_LEVEL`, `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG`, `OTEL_TRACES_EXPORTER`, `OTEL_BSP_*`,
/// `OTEL_EXPORTER_OTLP_[TRACES_](ENDPOINT|HEADERS|TIMEOUT|PROTOCOL|COMPRESSION)`, and the limits
/// `OTEL_[SPAN_]ATTRIBUTE_*_LIMIT`, `OTEL_SPAN_(EVENT|LINK)_COUNT_LIMIT`, `OTEL_(EVENT|LINK)_ATTRIBUTE_COUNT_LIMIT`.
/// A value that makes no sense becomes a line of `warnings` and the default holds.
public struct TelemetryConfiguration: Sendable {
    /// Version of this module as its spans and requests name it.
    public static let sdkVersion = "1.0.0"

    /// The service's name after `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` were heard.
    public let serviceName: String
    /// The service's version.
    public let serviceVersion: String
    /// The revision of the source, for `todo_build_info`.
    public let revision: String
    /// What spans, and `target_info`, say of the process.
    public let resource: Resource
    /// False when `OTEL_SDK_DISABLED` is true.
    public let isEnabled: Bool
    /// False when `OTEL_TRACES_EXPORTER` is `none`.
    public let exportsSpans: Bool
    /// Which spans are recorded.
    public var sampler: Sampler
    /// Which headers carry contexts.
    public var propagation: Propagation
    /// Bounds of one span.
    public var spanLimits: SpanLimits
    /// Bounds of the export queue.
    public var batch: BatchLimits
    /// The receiver.
    public var exporter: OTLPExporterConfiguration
    /// Log lines below this level are not written.
    public var logLevel: Logger.Level
    /// What was wrong with the environment, ready to be logged.
    public let warnings: [String]

    /// Reads the environment.
    ///
    /// - Parameters:
    ///   - serviceName: the name unless the environment names another.
    ///   - serviceInstanceID: different in each process, the same through its life.
    ///   - deploymentEnvironment: where it runs, such as "local" or "production".
    ///   - environment: the process's variables; only `OTEL_*` is looked at.
    ///   - processID: for `process.pid`; nil asks the system.
    public init(
        serviceName: String, serviceVersion: String, serviceInstanceID: String,
        deploymentEnvironment: String = "local", environment: [String: String], revision: String = "unknown",
        processID: Int32? = nil
    ) {
        var reader = EnvironmentReader(environment)
        let attributes = ResourceAttributes(
            serviceName: serviceName, serviceVersion: serviceVersion, serviceInstanceID: serviceInstanceID,
            deploymentEnvironment: deploymentEnvironment, processID: processID ?? getpid(),
            environment: &reader)
        resource = attributes.resource
        self.serviceName = attributes["service.name"] ?? serviceName
        self.serviceVersion = attributes["service.version"] ?? serviceVersion
        self.revision = revision
        isEnabled = !reader.flag("OTEL_SDK_DISABLED")
        exportsSpans = reader.exportsSpans()
        sampler = reader.sampler()
        propagation = reader.propagation()
        spanLimits = reader.spanLimits()
        batch = reader.batchLimits()
        exporter = reader.exporter()
        logLevel = reader.logLevel()
        warnings = reader.warnings
    }
}
