extension MetricCatalogue {
    /// Those of the trace store.
    static let traces = [
        MetricDescriptor("todo.traces.spans", .gauge, help: "Spans that can be found."),
        MetricDescriptor("todo.traces.traces", .gauge, help: "Traces that can be found."),
        MetricDescriptor(
            "todo.traces.memory", .gauge, unit: "By", help: "Memory of the index, and of spans that are new."),
        MetricDescriptor("todo.traces.disk", .gauge, unit: "By", help: "Spans on disk."),
        MetricDescriptor(
            "todo.traces.disk.up", .gauge,
            help: "1 when traces are kept on disk, 0 when they are in memory alone."),
        MetricDescriptor(
            "todo.traces.unwritten", .counter,
            help: "Spans that are in memory but not on disk: too many waited, or the disk did not take them.",
            labels: [MetricLabel("reason", oneOf: ["queue_full", "disk"])], fromStart: true),
        MetricDescriptor(
            "todo.traces.evicted", .counter, help: "Traces that left to make room, by what was full.",
            labels: [MetricLabel("reason", oneOf: ["spans", "memory", "disk"])], fromStart: true),
    ]
}
