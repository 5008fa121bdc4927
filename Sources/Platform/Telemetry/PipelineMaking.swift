import CoreMetrics
import Logging

/// Puts the pipelines of spans and of log records together, as the configuration wants them.
struct PipelineMaking: Sendable {
    let configuration: TelemetryConfiguration
    let clock: SpanClock
    let pause: Pause
    let metrics: MetricsRegistry
    let diagnostics: Diagnostics
    private let lines: ProcessLog

    init(
        configuration: TelemetryConfiguration, clock: SpanClock, pause: Pause, metrics: MetricsRegistry,
        output: LogOutput
    ) {
        self.configuration = configuration
        self.clock = clock
        self.pause = pause
        self.metrics = metrics
        var parts = ProcessLog.Parts()
        parts.serviceName = configuration.serviceName
        parts.style = configuration.logStyle.resolved(
            isTerminal: output.isTerminal, allowsColor: configuration.allowsColor)
        parts.repetitions = configuration.logRepetitions
        parts.limits = configuration.logLimits
        parts.clock = clock
        parts.pause = pause
        // Its lines are written but never exported: a receiver that is away must not cause more to export.
        let lines = ProcessLog(output: output, parts: parts)
        self.lines = lines
        diagnostics = Diagnostics(
            logger: Logger(label: "todo.telemetry") {
                TelemetryLogHandler(label: $0, logLevel: configuration.logLevels[$0], log: lines)
            }, monotonicNanoseconds: clock.monotonicNanoseconds)
    }

    func spanProcessor(_ transport: any ExportTransport, console: LogWriter) -> BatchSpanProcessor? {
        guard configuration.isEnabled, configuration.exportsSpans else { return nil }
        let exporter: any SpanExporter =
            switch configuration.spanExport {
            case .console: ConsoleSpanExporter { console.write($0) }
            case .otlp, .none:
                OTLPSpanExporter(
                    configuration: configuration.exporter, transport: transport, clock: clock, pause: pause,
                    jitter: { Double.random(in: 0..<1) }, factory: metrics, diagnostics: diagnostics)
            }
        return BatchSpanProcessor(
            exporter: exporter, limits: configuration.batch, factory: metrics, pause: pause,
            diagnostics: diagnostics)
    }

    func logProcessor(_ transport: any ExportTransport) -> BatchProcessor<EmittedLog>? {
        guard configuration.isEnabled, configuration.logExport == .otlp else { return nil }
        let exporter = OTLPLogExporter(
            resource: configuration.resource, configuration: configuration.logExporter, transport: transport,
            clock: clock, pause: pause, jitter: { Double.random(in: 0..<1) }, factory: metrics,
            diagnostics: diagnostics)
        return BatchProcessor(
            .logs, target: BatchTarget(exporter), limits: configuration.logBatch, factory: metrics,
            pause: pause, diagnostics: diagnostics)
    }

    func log(_ processor: BatchProcessor<EmittedLog>?) -> ProcessLog {
        lines.exporting(
            to: processor,
            created: Counter(label: "otel.sdk.log.created", dimensions: [], factory: metrics))
    }
}

extension BatchTarget<EmittedLog> {
    /// An exporter of log records.
    init(_ exporter: any LogExporter) {
        self.init(
            export: { await exporter.export($0) }, forceFlush: { await exporter.forceFlush() },
            shutdown: { await exporter.shutdown() })
    }
}
