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

    private static let processor = [
        ("otel.component.name", "batching_span_processor/0"),
        ("otel.component.type", "batching_span_processor"),
    ]
    static let exporter = [
        ("otel.component.name", "otlp_http_span_exporter/0"),
        ("otel.component.type", "otlp_http_span_exporter"),
    ]

    init(factory: any MetricsFactory, capacity size: Int) {
        self.factory = factory
        queueSize = Gauge(
            label: "otel.sdk.processor.span.queue.size", dimensions: Self.processor, factory: factory)
        capacity = Gauge(
            label: "otel.sdk.processor.span.queue.capacity", dimensions: Self.processor, factory: factory)
        processed = Counter(
            label: "otel.sdk.processor.span.processed", dimensions: Self.processor, factory: factory)
        exported = Counter(
            label: "otel.sdk.exporter.span.exported", dimensions: Self.exporter, factory: factory)
        inFlight = Meter(
            label: "otel.sdk.exporter.span.inflight", dimensions: Self.exporter, factory: factory)
        capacity.record(size)
        // There from the start, so that the first drop is seen as an increase.
        let dropped = { (reason: String) in
            Counter(
                label: "otel.sdk.processor.span.processed",
                dimensions: Self.processor + [("error.type", reason)], factory: factory)
        }
        droppedQueueFull = dropped("queue_full")
        droppedAtShutdown = dropped("already_shutdown")
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
                label: "otel.sdk.exporter.span.exported",
                dimensions: Self.exporter + [("error.type", reason)], factory: factory
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
