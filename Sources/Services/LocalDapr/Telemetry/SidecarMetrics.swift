import Metrics

/// The counters of the sidecar, under the names that Dapr's own have.
struct SidecarMetrics: Sendable {
    let appID: String

    /// A call of the sidecar's HTTP API. The path stays out: it holds application paths.
    func served(method: String, status: Int) {
        count("dapr_http_server_request_count", [("method", method), ("status", String(status))])
    }

    /// An event given to the application; `status` is success, retry or drop.
    func delivered(topic: String, status: String) {
        count("dapr_component_pubsub_ingress_count", [("topic", topic), ("process_status", status)])
    }

    /// An event published by the application.
    func published(topic: String, succeeded: Bool) {
        count(
            "dapr_component_pubsub_egress_count",
            [("topic", topic), ("success", succeeded ? "true" : "false")])
    }

    private func count(_ label: String, _ dimensions: [(String, String)]) {
        Counter(label: label, dimensions: [("app_id", appID)] + dimensions).increment()
    }
}
