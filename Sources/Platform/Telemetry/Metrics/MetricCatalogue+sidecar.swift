extension MetricCatalogue {
    /// Those of the local stand-in for Dapr; `dapr_…` are named and measured (in milliseconds) as Dapr does.
    static let sidecar =
        [
            MetricDescriptor(
                "todo.sidecar.fault", .gauge, help: "1 while a rehearsed fault is on for the app, else 0.")
        ] + daprCounters + daprLatencies + daprGauges

    private static let daprCounters = [
        ("dapr_http_server_request_count", "Calls of the sidecar's HTTP API."),
        ("dapr_http_server_response_count", "Answers of the sidecar's HTTP API."),
        ("dapr_http_client_completed_count", "Calls of the sidecar into its app."),
        ("dapr_http_healthprobes_completed_count", "Health probes of the app."),
        ("dapr_component_pubsub_ingress_count", "Events given to the app."),
        ("dapr_component_pubsub_ingress_bulk_count", "Bulks of events given to the app."),
        ("dapr_component_pubsub_ingress_bulk_event_count", "Events given to the app in bulks."),
        ("dapr_component_pubsub_egress_count", "Events published by the app."),
        ("dapr_component_pubsub_egress_bulk_count", "Bulks of events published by the app."),
        ("dapr_component_pubsub_egress_bulk_event_count", "Events published by the app in bulks."),
        ("dapr_resiliency_count", "Times a resiliency policy was used."),
        ("dapr_resiliency_activations_total", "Times a resiliency policy took hold."),
        ("dapr_runtime_component_init_total", "Components made ready."),
        ("dapr_runtime_service_invocation_req_sent_total", "Invocations sent."),
        ("dapr_runtime_service_invocation_res_recv_total", "Answers to invocations received."),
    ].map { MetricDescriptor($0.0, .counter, help: $0.1) }

    private static let daprLatencies = [
        ("dapr_http_server_latency", "Milliseconds of calls of the sidecar's HTTP API."),
        ("dapr_http_client_roundtrip_latency", "Milliseconds of calls of the sidecar into its app."),
        ("dapr_http_healthprobes_roundtrip_latency", "Milliseconds of health probes of the app."),
        ("dapr_component_pubsub_ingress_latencies", "Milliseconds of giving an event to the app."),
        ("dapr_component_pubsub_ingress_bulk_latencies", "Milliseconds of giving a bulk to the app."),
        ("dapr_component_pubsub_egress_latencies", "Milliseconds of publishing an event."),
        ("dapr_component_pubsub_egress_bulk_latencies", "Milliseconds of publishing a bulk."),
    ].map { MetricDescriptor($0.0, .histogram, help: $0.1, buckets: .daprLatency) }

    private static let daprGauges = [
        ("dapr_runtime_component_loaded", "Components that the app sees."),
        ("dapr_resiliency_loaded", "Resiliency documents read."),
    ].map { MetricDescriptor($0.0, .gauge, help: $0.1) }
}
