import Metrics

/// What rounds become for Prometheus.
enum CanaryMetrics {
    /// Makes the series that graphs and alerts read before anything happens.
    static func prepare() {
        for outcome in CanaryReport.outcomes {
            Counter(label: "todo.canary.rounds", dimensions: [("outcome", outcome)]).increment(by: 0)
        }
    }

    static func record(_ report: CanaryReport) {
        Gauge(label: "todo.canary.up").record(report.isGood ? 1 : 0)
        Counter(label: "todo.canary.rounds", dimensions: [("outcome", report.outcome)]).increment()
        for step in report.steps {
            Timer(
                label: "todo.canary.step.duration", dimensions: [("step", step.step.rawValue)],
                preferredDisplayUnit: .seconds
            ).record(duration: step.duration)
        }
    }
}
