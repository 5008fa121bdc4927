import Metrics

/// What the building blocks count, under the names that Dapr's own metrics have; latencies in milliseconds.
struct BlockMetrics: Sendable {
    let appID: String

    /// A call of a state or secret component.
    func called(_ block: Block, component: String, operation: String, succeeded: Bool, took: Duration) {
        let labels = [
            ("component", component), ("operation", operation), ("success", succeeded ? "true" : "false"),
        ]
        count("dapr_component_\(block.rawValue)_count", labels)
        latency("dapr_component_\(block.rawValue)_latencies", labels, took)
    }

    /// A tick handed to the application.
    func ticked(component: String, succeeded: Bool, took: Duration) {
        let labels = [("component", component), ("success", succeeded ? "true" : "false")]
        count("dapr_component_input_binding_count", labels)
        latency("dapr_component_input_binding_latencies", labels, took)
    }

    /// A call of an output binding.
    func invoked(component: String, operation: String, succeeded: Bool, took: Duration) {
        let labels = [
            ("component", component), ("operation", operation), ("success", succeeded ? "true" : "false"),
        ]
        count("dapr_component_output_binding_count", labels)
        latency("dapr_component_output_binding_latencies", labels, took)
    }

    /// A job planned, read, deleted, or the application called for it.
    func job(_ operation: String, succeeded: Bool, took: Duration) {
        let labels = [("operation", operation)]
        count(succeeded ? "dapr_component_job_success_count" : "dapr_component_job_failure_count", labels)
        latency("dapr_component_job_latencies", labels, took)
    }

    enum Block: String {
        case state, secret
    }

    private func count(_ label: String, _ dimensions: [(String, String)]) {
        Counter(label: label, dimensions: [("app_id", appID)] + dimensions).increment()
    }

    private func latency(_ label: String, _ dimensions: [(String, String)], _ took: Duration) {
        let (seconds, attoseconds) = took.components
        Recorder(label: label, dimensions: [("app_id", appID)] + dimensions, aggregate: true)
            .record(Double(seconds) * 1000 + Double(attoseconds) / 1e15)
    }
}
