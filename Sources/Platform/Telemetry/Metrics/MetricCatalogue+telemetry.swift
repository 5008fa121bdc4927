extension MetricCatalogue {
    /// Telemetry about itself, by the names of the semantic conventions where there are any.
    static let selfTelemetry = [
        MetricDescriptor(
            "otel.sdk.span.started", .counter, help: "Spans started.",
            labels: [.parentOrigin, .samplingResult], fromStart: true),
        MetricDescriptor(
            "otel.sdk.span.live", .upDownCounter, help: "Recorded spans that have not ended.",
            labels: [.samplingResult], fromStart: true),
        MetricDescriptor(
            "otel.sdk.processor.span.queue.size", .upDownCounter, help: "Spans waiting for export.",
            labels: [.componentName, .componentType]),
        MetricDescriptor(
            "otel.sdk.processor.span.queue.capacity", .upDownCounter, help: "Spans that may wait.",
            labels: [.componentName, .componentType]),
        MetricDescriptor(
            "otel.sdk.processor.span.processed", .counter,
            help: "Spans handed to the exporter, or dropped before (error_type).",
            labels: [.componentName, .componentType, .errorType], fromStart: true),
        MetricDescriptor(
            "otel.sdk.exporter.span.inflight", .upDownCounter, help: "Spans being exported.",
            labels: [.componentName, .componentType]),
        MetricDescriptor(
            "otel.sdk.exporter.span.exported", .counter,
            help: "Spans exported, or lost in export (error_type).",
            labels: [.componentName, .componentType, .errorType]),
        MetricDescriptor(
            "otel.sdk.exporter.operation.duration", .histogram, unit: "s",
            help: "Duration of exports with their retries.",
            labels: [.componentName, .componentType, .errorType]),
        MetricDescriptor(
            "todo.telemetry.series_overflow", .counter,
            help: "Label sets that found no room and went to the overflow series.",
            labels: [MetricLabel("metric", atMost: 200)]),
        MetricDescriptor(
            "todo.telemetry.log_lines_dropped", .counter,
            help: "Log lines dropped: queue full, or nobody reads the output (error_type).",
            labels: [.errorType], fromStart: true),
        MetricDescriptor(
            "todo.telemetry.log_lines_suppressed", .counter,
            help: "Repeated log lines that were counted instead of written.", fromStart: true),
        MetricDescriptor("otel.sdk.log.created", .counter, help: "Log lines written or held back."),
        MetricDescriptor(
            "otel.sdk.processor.log.queue.size", .upDownCounter, help: "Log records waiting for export.",
            labels: [.componentName, .componentType]),
        MetricDescriptor(
            "otel.sdk.processor.log.queue.capacity", .upDownCounter, help: "Log records that may wait.",
            labels: [.componentName, .componentType]),
        MetricDescriptor(
            "otel.sdk.processor.log.processed", .counter,
            help: "Log records handed to the exporter, or dropped before (error_type).",
            labels: [.componentName, .componentType, .errorType]),
        MetricDescriptor(
            "otel.sdk.exporter.log.inflight", .upDownCounter, help: "Log records being exported.",
            labels: [.componentName, .componentType]),
        MetricDescriptor(
            "otel.sdk.exporter.log.exported", .counter,
            help: "Log records exported, or lost in export (error_type).",
            labels: [.componentName, .componentType, .errorType]),
        MetricDescriptor(
            "otel.sdk.metric_reader.collection.duration", .histogram, unit: "s",
            help: "Time to write the page of metrics.", buckets: .schedulingDelay,
            labels: [.componentName, .componentType]),
    ]

    /// What the kernel and the allocator know of the process; names as every Prometheus client has them.
    static let process = [
        MetricDescriptor("process.cpu", .counter, unit: "s", help: "Processor time used."),
        MetricDescriptor("process.resident_memory", .upDownCounter, unit: "By", help: "Memory in RAM."),
        MetricDescriptor("process.virtual_memory", .upDownCounter, unit: "By", help: "Memory reserved."),
        MetricDescriptor("process.open_fds", .upDownCounter, help: "Open file descriptors."),
        MetricDescriptor("process.max_fds", .upDownCounter, help: "File descriptors that may be open."),
        MetricDescriptor(
            "process.start_time", .gauge, unit: "s", help: "When the process began, since 1970."),
        MetricDescriptor("process.threads", .upDownCounter, help: "Threads."),
        MetricDescriptor(
            "todo.runtime.heap", .upDownCounter, unit: "By",
            help: "Memory that the allocator holds for the process.",
            labels: [MetricLabel("state", oneOf: ["used", "free"])]),
    ]

    /// Whether the process comes to its work in time.
    static let runtime = [
        MetricDescriptor(
            "todo.runtime.event_loop_delay", .histogram, unit: "s",
            help: "How long work waits until its event loop comes to it, by probes.",
            buckets: .schedulingDelay, labels: [MetricLabel("loop", atMost: 64)]),
        MetricDescriptor(
            "todo.runtime.task_delay", .histogram, unit: "s",
            help: "How long a task waits until a thread of the pool comes to it, by probes.",
            buckets: .schedulingDelay),
    ]
}
