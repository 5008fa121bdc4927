extension MetricCatalogue {
    /// State, secrets, bindings and jobs of the local stand-in for Dapr, named and measured (in milliseconds) as Dapr
    /// does.
    static let blocks: [MetricDescriptor] =
        block("dapr_component_state", "calls of state components", called)
        + block("dapr_component_secret", "calls of secret stores", called)
        + block("dapr_component_input_binding", "ticks given to the app", [app, component, success])
        + block("dapr_component_output_binding", "calls of output bindings", called) + [
            MetricDescriptor(
                "dapr_component_job_success_count", .counter, help: "Job calls and callbacks that succeeded.",
                labels: job),
            MetricDescriptor(
                "dapr_component_job_failure_count", .counter, help: "Job calls and callbacks that failed.",
                labels: job),
            MetricDescriptor(
                "dapr_component_job_latencies", .histogram,
                help: "Milliseconds of job calls and callbacks.", buckets: latencies, labels: job),
        ]

    private static let operation = MetricLabel("operation", atMost: 12)
    private static let called = [app, component, operation, success]
    private static let job = [app, operation]

    private static func block(_ name: String, _ what: String, _ labels: [MetricLabel]) -> [MetricDescriptor] {
        [
            MetricDescriptor("\(name)_count", .counter, help: "Number of \(what).", labels: labels),
            MetricDescriptor(
                "\(name)_latencies", .histogram, help: "Milliseconds of \(what).", buckets: latencies,
                labels: labels),
        ]
    }

    private static let latencies = HistogramBuckets([
        1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 100_000,
    ])
}
