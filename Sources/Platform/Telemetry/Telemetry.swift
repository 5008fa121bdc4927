// Traces, metrics and logs of a process: made here, bounded here, delivered from here.
//
// Why our own: the trace through the whole platform is the product's heart, and what it stands on must hold
// exactly. A span that is not sampled still carries a valid context on (same trace id, new span id, flag 00),
// so no trace ever falls apart. Nothing is unbounded: a fixed queue of spans that drops the newest and counts
// it, a fixed number of label sets per metric, a fixed buffer of log lines. Nothing blocks: ending a span,
// recording a metric and logging are short locks or atomics; one export runs at a time in a task of its own.
// Nothing is lost from sight: ended = exported + failed + dropped + queued holds at any time. Nothing from
// outside crashes: a bad variable is a warning and the default.
//
// The parts: `Spans/` makes them (W3C context, sampling, one lock per span), `Export/` collects and delivers
// them (batches, OTLP over HTTP, retries), `Metrics/` keeps metrics and writes Prometheus text and OpenMetrics,
// `Runtime/` looks at the process itself, `Catalogue/` is what is documented and tested, `Logs/` writes lines
// bound to the current span, `Configuration/` reads `OTEL_*`. `TelemetrySystem` puts them together; who starts the
// process hands its parts to the global systems of the Logging, Metrics and Tracing packages.
//
// Rejected: delivering metrics by OTLP as well (Prometheus scrapes);
// an actor per processor (every span would wait for it); streams between the parts (they are not bounded).

public import CurlHTTP
import Logging
import OTLP

/// The telemetry of one process.
public final class TelemetrySystem: Sendable {
    /// Who the process is, and how telemetry is set up.
    public let configuration: TelemetryConfiguration
    /// Makes spans in the name of the process; ask it for others.
    public let tracer: TelemetryTracer
    /// Keeps the metrics of the process.
    public let metrics: MetricsRegistry

    private let processor: BatchSpanProcessor?
    private let logProcessor: BatchProcessor<EmittedLog>?
    /// Connections to receivers that need certificates of their own.
    private let ownClients: [HTTPClient]
    private let log: ProcessLog

    /// Puts the parts together; nothing runs yet and nothing global is changed.
    public convenience init(
        configuration: TelemetryConfiguration, httpClient: HTTPClient, logOutput: LogOutput = .standardError
    ) {
        let own = Self.ownClient(configuration.exporter)
        let ownForLogs = configuration.logExport == .otlp ? Self.ownClient(configuration.logExporter) : nil
        self.init(
            configuration: configuration, transport: CurlExportTransport(client: own ?? httpClient),
            logTransport: CurlExportTransport(client: ownForLogs ?? httpClient),
            logOutput: logOutput, clock: .system, pause: .continuous,
            ownClients: [own, ownForLogs].compactMap(\.self))
    }

    init(
        configuration: TelemetryConfiguration, transport: any ExportTransport,
        logTransport: (any ExportTransport)? = nil, logOutput: LogOutput,
        clock: SpanClock, pause: Pause, ownClients: [HTTPClient] = []
    ) {
        self.configuration = configuration
        self.ownClients = ownClients
        metrics = MetricsRegistry(exemplars: .passing(configuration.exemplarFilter))
        let maker = PipelineMaking(
            configuration: configuration, clock: clock, pause: pause, metrics: metrics, output: logOutput)
        logProcessor = maker.logProcessor(logTransport ?? transport)
        log = maker.log(logProcessor)
        processor = maker.spanProcessor(transport, console: log.writer)
        var parts = TelemetryTracer.Parts()
        parts.sampler = configuration.sampler
        parts.clock = clock
        parts.limits = configuration.spanLimits
        parts.propagation = configuration.propagation
        parts.isEnabled = configuration.isEnabled
        parts.metrics = SpanMetrics(factory: metrics)
        parts.diagnostics = maker.diagnostics
        tracer = TelemetryTracer(
            resource: configuration.resource,
            scope: InstrumentationScope(name: "todo", version: configuration.serviceVersion),
            processor: processor ?? DiscardingSpanProcessor() as any SpanProcessor, parts: parts)
        describeProcess()
    }

    /// A handler for `LoggingSystem.bootstrap` or `Logger(label:factory:)`.
    public func makeLogHandler(label: String) -> TelemetryLogHandler {
        TelemetryLogHandler(label: label, logLevel: configuration.logLevels[label], log: log)
    }

    /// Brings the last log lines out even if the process crashes or ends by `exit`: handlers of fatal signals that
    /// leave the signal to whoever had it before. For programs, not for libraries; one log of a process only.
    public func flushLogsOnCrash() {
        CrashFlush.install(for: log.writer)
    }

    /// Exports spans and log records as they come; returns when its task is cancelled. Flush or shut down afterwards.
    public func run() async {
        let logger = Logger(label: "todo.telemetry") { makeLogHandler(label: $0) }
        for warning in configuration.warnings {
            logger.warning("a telemetry variable is ignored", metadata: ["reason": "\(warning)"])
        }
        await withTaskGroup { group in
            if let processor { group.addTask { await processor.run() } }
            if let logProcessor { group.addTask { await logProcessor.run() } }
            // Without an exporter there is nothing to do, but to return would end the process with us.
            let never = OneAnswer()
            await withTaskCancellationHandler {
                _ = await never.wait()
            } onCancel: {
                never.give(false)
            }
        }
    }

    /// Exports all spans that ended before and all log records, and writes all log lines.
    public func flush() async {
        log.tellHeldBack()
        await withTaskGroup { group in
            if let processor { group.addTask { await processor.forceFlush() } }
            if let logProcessor { group.addTask { await logProcessor.forceFlush() } }
        }
        await log.flush(within: .seconds(5))
    }

    /// The last flush, in bounded time; what comes later is counted and dropped. Log lines are written on.
    ///
    /// A reader of the log that is stuck may cost a second more than the limit, a deaf exporter another.
    public func shutdown(within limit: Duration) async {
        log.tellHeldBack()
        await withTaskGroup { group in
            if let processor { group.addTask { await processor.shutdown(within: limit) } }
            if let logProcessor { group.addTask { await logProcessor.shutdown(within: limit) } }
        }
        for client in ownClients { await client.close() }
        await log.flush(within: .seconds(1))
    }

    /// Where the log records have gone; all zero when none are exported.
    public func logCounts() -> PipelineCounts {
        logProcessor?.counts() ?? PipelineCounts()
    }

    /// Where the sampled spans have gone; all zero without an exporter.
    public func spanCounts() -> PipelineCounts {
        processor?.counts() ?? PipelineCounts()
    }
}

extension TelemetrySystem {
    private static func ownClient(_ exporter: OTLPExporterConfiguration) -> HTTPClient? {
        guard exporter.hasOwnTLS else { return nil }
        var configuration = HTTPClientConfiguration()
        configuration.certificateAuthorityFile = exporter.certificateFile
        configuration.clientCertificateFile = exporter.clientCertificateFile
        configuration.clientKeyFile = exporter.clientKeyFile
        return HTTPClient(configuration: configuration)
    }

    /// Metrics that are there from the start, or that are read rather than counted.
    private func describeProcess() {
        metrics.gauge("todo.build_info", buildLabels).set(1 as Int64)
        metrics.gauge("target_info", targetLabels).set(1 as Int64)
        let process = ProcessMetrics(registry: metrics)
        let heap = HeapMetrics(registry: metrics)
        let lines = ["queue_full", "output_closed"].map { reason in
            metrics.counter("todo.telemetry.log_lines_dropped", [("error.type", reason)])
        }
        let suppressed = metrics.counter("todo.telemetry.log_lines_suppressed")
        metrics.onCollect { [processor, logProcessor, log] in
            process.update()
            heap.update()
            processor?.updateGauges()
            logProcessor?.updateGauges()
            lines[0].store(Double(log.writer.droppedLines))
            lines[1].store(Double(log.writer.lostLines))
            suppressed.store(Double(log.repetitions.total))
        }
    }

    private var buildLabels: [(String, String)] {
        [
            ("version", configuration.serviceVersion), ("revision", configuration.revision),
            ("swift_version", swiftVersion),
        ]
    }

    private var targetLabels: [(String, String)] {
        configuration.resource.attributes.compactMap { attribute in
            switch attribute.value {
            case .string(let text): (attribute.key, text)
            case .int(let number): (attribute.key, "\(number)")
            default: nil
            }
        }
    }
}

#if compiler(>=6.4)
    private let swiftVersion = "6.4"
#elseif compiler(>=6.3)
    private let swiftVersion = "6.3"
#else
    private let swiftVersion = "6.2"
#endif
