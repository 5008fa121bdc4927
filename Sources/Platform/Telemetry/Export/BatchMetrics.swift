import CoreMetrics

/// What the batch processor and its exporter tell of themselves, by the names of the semantic conventions.
struct BatchMetrics: Sendable {
    let queueSize: Gauge
    private let capacity: Gauge
    private let processed: Counter
    private let exported: Counter
    private let inFlight: Meter
    private let droppedQueueFull: Counter
    private let droppedAtShutdown: Counter
    private let factory: any MetricsFactory

    private let exporter: [(String, String)]
    private let exportedLabel: String

    init(_ signal: BatchSignal, factory: any MetricsFactory, capacity size: Int) {
        self.factory = factory
        let processor = [
            ("otel.component.name", "batching_\(signal.name)_processor/0"),
            ("otel.component.type", "batching_\(signal.name)_processor"),
        ]
        let ofProcessor = "otel.sdk.processor.\(signal.name)"
        let ofExporter = "otel.sdk.exporter.\(signal.name)"
        exporter = Self.exporter(signal)
        exportedLabel = "\(ofExporter).exported"
        queueSize = Gauge(
            label: "\(ofProcessor).queue.size", dimensions: processor, factory: factory)
        capacity = Gauge(
            label: "\(ofProcessor).queue.capacity", dimensions: processor, factory: factory)
        processed = Counter(
            label: "\(ofProcessor).processed", dimensions: processor, factory: factory)
        exported = Counter(
            label: exportedLabel, dimensions: exporter, factory: factory)
        inFlight = Meter(
            label: "\(ofExporter).inflight", dimensions: exporter, factory: factory)
        capacity.record(size)
        // There from the start, so that the first drop is seen as an increase.
        let dropped = { (reason: String) in
            Counter(
                label: "\(ofProcessor).processed",
                dimensions: processor + [("error.type", reason)], factory: factory)
        }
        droppedQueueFull = dropped("queue_full")
        droppedAtShutdown = dropped("already_shutdown")
    }

    /// The labels of an exporter's metrics.
    static func exporter(_ signal: BatchSignal) -> [(String, String)] {
        [
            ("otel.component.name", "otlp_http_\(signal.name)_exporter/0"),
            ("otel.component.type", "otlp_http_\(signal.name)_exporter"),
        ]
    }

    func started(_ count: Int) {
        processed.increment(by: count)
        inFlight.increment(by: Double(count))
    }

    func finished(_ outcome: ExportOutcome) {
        inFlight.decrement(by: Double(outcome.exported + outcome.failed))
        exported.increment(by: outcome.exported)
        for (reason, count) in outcome.failures {
            Counter(
                label: exportedLabel,
                dimensions: exporter + [("error.type", reason)], factory: factory
            ).increment(by: count)
        }
    }

    func droppedBecauseFull() {
        droppedQueueFull.increment()
    }

    func droppedAtShutdown(_ count: Int) {
        droppedAtShutdown.increment(by: count)
    }
}
