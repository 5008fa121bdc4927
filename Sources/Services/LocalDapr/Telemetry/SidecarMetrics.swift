import Metrics

/// The metrics of the sidecar, under the names that Dapr's own have; durations are milliseconds.
struct SidecarMetrics: Sendable {
    let appID: String

    private typealias Labels = [(String, String)]
    private static let namespace = ("namespace", "default")

    /// A call of the sidecar's HTTP API. The path stays out: it holds application paths.
    func served(method: String, status: Int, since start: ContinuousClock.Instant? = nil) {
        let labels = [("method", method), ("status", String(status))]
        count("dapr_http_server_request_count", [("method", method)])
        count("dapr_http_server_response_count", labels)
        if let start { time("dapr_http_server_latency", labels, since: start) }
    }

    /// A call into the application.
    func called(method: String, status: Int?, since start: ContinuousClock.Instant) {
        let labels = [("method", method), ("status", status.map(String.init) ?? "0")]
        count("dapr_http_client_completed_count", labels)
        time("dapr_http_client_roundtrip_latency", labels, since: start)
    }

    /// A look whether the application is well.
    func probed(status: Int?, since start: ContinuousClock.Instant) {
        let labels = [("status", status.map(String.init) ?? "0")]
        count("dapr_http_healthprobes_completed_count", labels)
        time("dapr_http_healthprobes_roundtrip_latency", labels, since: start)
    }

    /// An event given to the application; `status` is success, retry or drop.
    func delivered(
        topic: String, component: String, status: String, since start: ContinuousClock.Instant? = nil
    ) {
        let labels = [
            ("component", component), Self.namespace, ("topic", topic), ("process_status", status),
            ("status", status == "success" ? "success" : "failure"),
        ]
        count("dapr_component_pubsub_ingress_count", labels)
        if let start { time("dapr_component_pubsub_ingress_latencies", labels, since: start) }
    }

    /// Several events given to the application at once.
    func deliveredBulk(
        topic: String, component: String, events: [(status: String, count: Int)],
        since start: ContinuousClock.Instant
    ) {
        let labels = [("component", component), Self.namespace, ("topic", topic)]
        count("dapr_component_pubsub_ingress_bulk_count", labels)
        for (status, number) in events where number > 0 {
            count(
                "dapr_component_pubsub_ingress_bulk_event_count", labels + [("process_status", status)],
                by: number)
        }
        time("dapr_component_pubsub_ingress_bulk_latencies", labels, since: start)
    }

    /// An event published by the application.
    func published(
        topic: String, component: String, succeeded: Bool, since start: ContinuousClock.Instant? = nil
    ) {
        let labels = [
            ("component", component), Self.namespace, ("topic", topic),
            ("success", succeeded ? "true" : "false"),
        ]
        count("dapr_component_pubsub_egress_count", labels)
        if let start { time("dapr_component_pubsub_egress_latencies", labels, since: start) }
    }

    /// Several events published by the application at once.
    func publishedBulk(
        topic: String, component: String, events: Int, succeeded: Bool, since start: ContinuousClock.Instant
    ) {
        let labels = [
            ("component", component), Self.namespace, ("topic", topic),
            ("success", succeeded ? "true" : "false"),
        ]
        count("dapr_component_pubsub_egress_bulk_count", labels)
        count("dapr_component_pubsub_egress_bulk_event_count", labels, by: events)
        time("dapr_component_pubsub_egress_bulk_latencies", labels, since: start)
    }

    /// A policy of a Resiliency document was asked, or took hold.
    func resiliency(_ policy: String, of name: String, target: String, flow: String, activated: Bool) {
        let labels = [
            ("name", name), ("policy", policy), Self.namespace, ("flow_direction", flow),
            ("target", target),
        ]
        count("dapr_resiliency_count", labels)
        if activated { count("dapr_resiliency_activations_total", labels) }
    }

    /// Once at the start: what was read.
    func loaded(components: Int, resiliencyDocuments: Int) {
        gauge("dapr_runtime_component_loaded", [Self.namespace], components)
        count("dapr_runtime_component_init_total", [Self.namespace], by: components)
        gauge("dapr_resiliency_loaded", [Self.namespace], resiliencyDocuments)
    }

    /// An invocation that went out from this application, and its answer.
    func invoked(_ callee: String, status: Int) {
        let labels = [("dst_app_id", callee), Self.namespace, ("type", "unary")]
        count("dapr_runtime_service_invocation_req_sent_total", labels)
        count("dapr_runtime_service_invocation_res_recv_total", labels + [("status", String(status))])
    }

    private func count(_ label: String, _ dimensions: Labels, by amount: Int = 1) {
        Counter(label: label, dimensions: [("app_id", appID)] + dimensions).increment(by: amount)
    }

    private func gauge(_ label: String, _ dimensions: Labels, _ value: Int) {
        Gauge(label: label, dimensions: [("app_id", appID)] + dimensions).record(value)
    }

    private func time(_ label: String, _ dimensions: Labels, since start: ContinuousClock.Instant) {
        Recorder(label: label, dimensions: [("app_id", appID)] + dimensions, aggregate: true)
            .record((ContinuousClock.now - start).inMilliseconds)
    }
}
