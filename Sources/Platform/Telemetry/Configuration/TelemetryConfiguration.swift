import Glibc
public import OTLP

/// Everything the module is told from outside: who the process is, and the `OTEL_*` variables.
///
/// Which of them are heard, and what each means, is listed in docs/telemetry.md. A value that makes no sense, and
/// a variable that has no effect here, becomes a line of `warnings`; the default holds.
public struct TelemetryConfiguration: Sendable {
    /// Where finished spans may go.
    public enum SpanExport: Sendable, Hashable {
        /// To a receiver of OTLP.
        case otlp
        /// To the log's output, a line each.
        case console
        /// Nowhere.
        case none
    }

    /// Where log records may go, beside the lines that are always written.
    public enum LogExport: Sendable, Hashable {
        /// To a receiver of OTLP.
        case otlp
        /// Nowhere: the lines are all, which is what the specification's `console` asks for as well.
        case none
    }

    /// Which observations may become exemplars, in the words of the specification.
    public enum ExemplarFilter: String, Sendable, CaseIterable {
        /// Those within a sampled span.
        case traceBased = "trace_based"
        /// Those within any span: one without a span has nothing to point to.
        case alwaysOn = "always_on"
        /// None.
        case alwaysOff = "always_off"
    }

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
    /// Where finished spans go (`OTEL_TRACES_EXPORTER`).
    public var spanExport: SpanExport
    /// False when finished spans go nowhere.
    public var exportsSpans: Bool { spanExport != .none }
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
    /// What exemplars are taken of (`OTEL_METRICS_EXEMPLAR_FILTER`).
    public var exemplarFilter: ExemplarFilter
    /// Where log records go (`OTEL_LOGS_EXPORTER`).
    public var logExport: LogExport
    /// Bounds of the queue of log records (`OTEL_BLRP_*`).
    public var logBatch: BatchLimits
    /// The receiver of log records.
    public var logExporter: OTLPExporterConfiguration
    /// Bounds of one log record.
    public var logLimits: LogLimits
    /// Log lines below their logger's level are not written (`OTEL_LOG_LEVEL`).
    public var logLevels: LogLevels
    /// How log lines look.
    public var logStyle = LogStyle.automatic
    /// Lines of a kind (logger, level, message) written in a second; the others are counted. 0 writes all.
    public var logRepetitions = 100
    /// Whether a terminal may be given colours (`NO_COLOR`, `TERM`).
    let allowsColor: Bool
    /// What was wrong with the environment, ready to be logged.
    public let warnings: [String]

    /// Reads the environment.
    ///
    /// - Parameters:
    ///   - serviceName: the name unless the environment names another.
    ///   - serviceInstanceID: different in each process, the same through its life.
    ///   - deploymentEnvironment: where it runs, such as "local" or "production".
    ///   - environment: the process's variables; looked at are `OTEL_*` and those that Kubernetes hands down.
    ///   - processID: for `process.pid`; nil asks the system.
    ///   - files: where the facts about host and container are found.
    public init(
        serviceName: String, serviceVersion: String, serviceInstanceID: String,
        deploymentEnvironment: String = "local", environment: [String: String], revision: String = "unknown",
        processID: Int32? = nil, files: HostFiles = .system
    ) {
        var reader = EnvironmentReader(environment)
        let attributes = ResourceAttributes(
            serviceName: serviceName, serviceVersion: serviceVersion, serviceInstanceID: serviceInstanceID,
            deploymentEnvironment: deploymentEnvironment, processID: processID ?? getpid(),
            detected: ResourceDetection(files: files, environment: environment).detect(),
            environment: &reader)
        resource = attributes.resource
        self.serviceName = attributes["service.name"] ?? serviceName
        self.serviceVersion = attributes["service.version"] ?? serviceVersion
        self.revision = revision
        isEnabled = !reader.flag("OTEL_SDK_DISABLED")
        spanExport = reader.spanExport()
        sampler = reader.sampler()
        propagation = reader.propagation()
        spanLimits = reader.spanLimits()
        batch = reader.batchLimits()
        exporter = reader.exporter(.traces)
        exemplarFilter = reader.exemplarFilter()
        logExport = reader.logExport()
        logBatch = reader.logBatchLimits()
        logExporter = reader.exporter(.logs)
        logLimits = reader.logLimits()
        logLevels = reader.logLevels()
        allowsColor =
            environment["NO_COLOR", default: ""].isEmpty
            && !["", "dumb"].contains(environment["TERM", default: ""])
        reader.warnOfUnheard()
        warnings = reader.warnings
    }
}
