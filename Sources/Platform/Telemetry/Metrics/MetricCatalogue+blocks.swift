extension MetricCatalogue {
    /// State, secrets, bindings and jobs of the local stand-in for Dapr, named and measured (in milliseconds) as Dapr
    /// does.
    static let blocks: [MetricDescriptor] =
        [
            ("dapr_component_state", "calls of state components"),
            ("dapr_component_secret", "calls of secret stores"),
            ("dapr_component_input_binding", "ticks given to the app"),
            ("dapr_component_output_binding", "calls of output bindings"),
        ].flatMap { name, what in
            [
                MetricDescriptor("\(name)_count", .counter, help: "Number of \(what)."),
                MetricDescriptor(
                    "\(name)_latencies", .histogram, help: "Milliseconds of \(what).", buckets: latencies),
            ]
        } + [
            MetricDescriptor(
                "dapr_component_job_success_count", .counter, help: "Job calls and callbacks that succeeded."),
            MetricDescriptor(
                "dapr_component_job_failure_count", .counter, help: "Job calls and callbacks that failed."),
            MetricDescriptor(
                "dapr_component_job_latencies", .histogram,
                help: "Milliseconds of job calls and callbacks.", buckets: latencies),
        ]

    private static let latencies = HistogramBuckets([
        1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 100_000,
    ])
}
