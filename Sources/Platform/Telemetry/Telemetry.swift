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
// `Runtime/` looks at the process itself, `Catalogue/` is what is documented and tested, `Logs/` writes JSON lines
// bound to the current span, `Configuration/` reads `OTEL_*`. `TelemetrySystem` puts them together; who starts the
// process hands its parts to the global systems of the Logging, Metrics and Tracing packages.
//
// Rejected: delivering metrics and logs by OTLP as well (Prometheus scrapes, and the platform collects lines);
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
    /// Connections to the receiver that need certificates of their own.
    private let ownClient: HTTPClient?
    private let logWriter: LogWriter
    private let clock: SpanClock
    private let pause: Pause

    /// Puts the parts together; nothing runs yet and nothing global is changed.
    public convenience init(
        configuration: TelemetryConfiguration, httpClient: HTTPClient, logOutput: LogOutput = .standardError
    ) {
        let own = Self.ownClient(configuration.exporter)
        self.init(
            configuration: configuration, transport: CurlExportTransport(client: own ?? httpClient),
            logOutput: logOutput, clock: .system, pause: .continuous, ownClient: own)
    }

    init(
        configuration: TelemetryConfiguration, transport: any ExportTransport, logOutput: LogOutput,
        clock: SpanClock, pause: Pause, ownClient: HTTPClient? = nil
    ) {
        self.configuration = configuration
        self.ownClient = ownClient
        self.clock = clock
        self.pause = pause
        metrics = MetricsRegistry()
        logWriter = LogWriter(output: logOutput)
        let handler = Self.handler("todo.telemetry", configuration, logWriter, clock)
        let diagnostics = Diagnostics(
            logger: Logger(label: "todo.telemetry") { _ in handler },
            monotonicNanoseconds: clock.monotonicNanoseconds)
        processor =
            configuration.isEnabled && configuration.exportsSpans
            ? Self.processor(configuration, transport, logWriter, clock, pause, metrics, diagnostics) : nil
        var parts = TelemetryTracer.Parts()
        parts.sampler = configuration.sampler
        parts.clock = clock
        parts.limits = configuration.spanLimits
        parts.propagation = configuration.propagation
        parts.isEnabled = configuration.isEnabled
        parts.metrics = SpanMetrics(factory: metrics)
        parts.diagnostics = diagnostics
        tracer = TelemetryTracer(
            resource: configuration.resource,
            scope: InstrumentationScope(name: "todo", version: configuration.serviceVersion),
            processor: processor ?? DiscardingSpanProcessor() as any SpanProcessor, parts: parts)
        describeProcess()
    }

    /// A handler for `LoggingSystem.bootstrap` or `Logger(label:factory:)`.
    public func makeLogHandler(label: String) -> JSONLogHandler {
        Self.handler(label, configuration, logWriter, clock)
    }

    /// Exports spans as they come; returns when its task is cancelled. Flush or shut down afterwards.
    public func run() async {
        let logger = Logger(label: "todo.telemetry") { makeLogHandler(label: $0) }
        for warning in configuration.warnings {
            logger.warning("a telemetry variable is ignored", metadata: ["reason": "\(warning)"])
        }
        if let processor {
            await processor.run()
        } else {
            // Without an exporter there is nothing to do, but to return would end the process with us.
            let never = OneAnswer()
            await withTaskCancellationHandler {
                _ = await never.wait()
            } onCancel: {
                never.give(false)
            }
        }
    }

    /// Exports all spans that ended before, and writes all log lines.
    public func flush() async {
        await processor?.forceFlush()
        await logWriter.flush(within: .seconds(5), pause: pause)
    }

    /// The last flush, in bounded time; spans that end later are counted and dropped. Logging goes on.
    public func shutdown(within limit: Duration) async {
        await processor?.shutdown(within: limit)
        await ownClient?.close()
        await logWriter.flush(within: .seconds(1), pause: pause)
    }

    /// Where the sampled spans have gone; all zero without an exporter.
    public func spanCounts() -> SpanPipelineCounts {
        processor?.counts() ?? SpanPipelineCounts()
    }
}

extension TelemetrySystem {
    private static func handler(
        _ label: String, _ configuration: TelemetryConfiguration, _ writer: LogWriter, _ clock: SpanClock
    ) -> JSONLogHandler {
        JSONLogHandler(
            label: label, serviceName: configuration.serviceName, logLevel: configuration.logLevel,
            writer: writer, clock: clock)
    }

    private static func processor(
        _ configuration: TelemetryConfiguration, _ transport: any ExportTransport, _ logWriter: LogWriter,
        _ clock: SpanClock, _ pause: Pause, _ metrics: MetricsRegistry, _ diagnostics: Diagnostics
    ) -> BatchSpanProcessor {
        let exporter: any SpanExporter =
            switch configuration.spanExport {
            case .console: ConsoleSpanExporter { logWriter.write($0) }
            case .otlp, .none:
                OTLPSpanExporter(
                    configuration: configuration.exporter, transport: transport, clock: clock, pause: pause,
                    jitter: { Double.random(in: 0..<1) }, factory: metrics, diagnostics: diagnostics)
            }
        return BatchSpanProcessor(
            exporter: exporter, limits: configuration.batch, factory: metrics, pause: pause,
            diagnostics: diagnostics)
    }

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
        let droppedLines = metrics.counter("todo.telemetry.log_lines_dropped")
        metrics.onCollect { [processor, logWriter] in
            process.update()
            heap.update()
            processor?.updateGauges()
            droppedLines.store(Double(logWriter.droppedLines))
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
