extension MetricCatalogue {
    /// Those of the local stand-in for Dapr; `dapr_…` are named and measured (in milliseconds) as Dapr does.
    static let sidecar =
        [
            MetricDescriptor(
                "todo.sidecar.fault", .gauge, help: "1 while a rehearsed fault is on for the app, else 0.",
                labels: [
                    app,
                    MetricLabel(
                        "fault", oneOf: ["publish", "deliveries", "latency", "dead_letters", "trace"]),
                ])
        ] + calls + pubsub + invocations + runtimeOfSidecar

    static let app = MetricLabel("app_id", atMost: 12)
    static let component = MetricLabel("component", atMost: 12)
    static let namespaceOfDapr = MetricLabel("namespace", oneOf: ["default"])
    static let success = MetricLabel("success", oneOf: ["true", "false"])
    private static let method = MetricLabel("method", atMost: 12)
    private static let status = MetricLabel("status", atMost: 40)
    private static let topicOfDapr = MetricLabel("topic", atMost: 24)
    private static let processStatus = MetricLabel("process_status", oneOf: ["success", "retry", "drop"])

    /// A count and a latency of the same thing, as Dapr has them in pairs.
    private static func pair(
        _ count: (String, String), _ latency: (String, String), _ labels: [MetricLabel]
    ) -> [MetricDescriptor] {
        [
            MetricDescriptor(count.0, .counter, help: count.1, labels: labels),
            MetricDescriptor(
                latency.0, .histogram, help: latency.1, buckets: .daprLatency, labels: labels),
        ]
    }

    private static let calls =
        [
            MetricDescriptor(
                "dapr_http_server_request_count", .counter, help: "Calls of the sidecar's HTTP API.",
                labels: [app, method])
        ]
        + pair(
            ("dapr_http_server_response_count", "Answers of the sidecar's HTTP API."),
            ("dapr_http_server_latency", "Milliseconds of calls of the sidecar's HTTP API."),
            [app, method, status])
        + pair(
            ("dapr_http_client_completed_count", "Calls of the sidecar into its app."),
            ("dapr_http_client_roundtrip_latency", "Milliseconds of calls of the sidecar into its app."),
            [app, method, status])
        + pair(
            ("dapr_http_healthprobes_completed_count", "Health probes of the app."),
            ("dapr_http_healthprobes_roundtrip_latency", "Milliseconds of health probes of the app."),
            [app, status])

    private static let pubsub =
        pair(
            ("dapr_component_pubsub_ingress_count", "Events given to the app."),
            ("dapr_component_pubsub_ingress_latencies", "Milliseconds of giving an event to the app."),
            [
                app, component, namespaceOfDapr, topicOfDapr, processStatus,
                MetricLabel("status", oneOf: ["success", "failure"]),
            ])
        + pair(
            ("dapr_component_pubsub_ingress_bulk_count", "Bulks of events given to the app."),
            ("dapr_component_pubsub_ingress_bulk_latencies", "Milliseconds of giving a bulk to the app."),
            [app, component, namespaceOfDapr, topicOfDapr])
        + pair(
            ("dapr_component_pubsub_egress_count", "Events published by the app."),
            ("dapr_component_pubsub_egress_latencies", "Milliseconds of publishing an event."), published)
        + pair(
            ("dapr_component_pubsub_egress_bulk_count", "Bulks of events published by the app."),
            ("dapr_component_pubsub_egress_bulk_latencies", "Milliseconds of publishing a bulk."), published)
        + [
            MetricDescriptor(
                "dapr_component_pubsub_ingress_bulk_event_count", .counter,
                help: "Events given to the app in bulks.",
                labels: [app, component, namespaceOfDapr, topicOfDapr, processStatus]),
            MetricDescriptor(
                "dapr_component_pubsub_egress_bulk_event_count", .counter,
                help: "Events published by the app in bulks.", labels: published),
        ]

    private static let published = [app, component, namespaceOfDapr, topicOfDapr, success]

    private static let invocations = [
        MetricDescriptor(
            "dapr_runtime_service_invocation_req_sent_total", .counter, help: "Invocations sent.",
            labels: invocation),
        MetricDescriptor(
            "dapr_runtime_service_invocation_res_recv_total", .counter,
            help: "Answers to invocations received.", labels: invocation + [status]),
    ]

    private static let invocation = [
        app, MetricLabel("dst_app_id", atMost: 12), namespaceOfDapr, MetricLabel("type", oneOf: ["unary"]),
    ]

    private static let runtimeOfSidecar = [
        MetricDescriptor(
            "dapr_resiliency_count", .counter, help: "Times a resiliency policy was used.", labels: policy),
        MetricDescriptor(
            "dapr_resiliency_activations_total", .counter, help: "Times a resiliency policy took hold.",
            labels: policy),
        MetricDescriptor(
            "dapr_runtime_component_init_total", .counter, help: "Components made ready.",
            labels: [app, namespaceOfDapr]),
        MetricDescriptor(
            "dapr_runtime_component_loaded", .gauge, help: "Components that the app sees.",
            labels: [app, namespaceOfDapr]),
        MetricDescriptor(
            "dapr_resiliency_loaded", .gauge, help: "Resiliency documents read.",
            labels: [app, namespaceOfDapr]),
    ]

    private static let policy = [
        app, MetricLabel("name", atMost: 12), MetricLabel("policy", atMost: 6), namespaceOfDapr,
        MetricLabel("flow_direction", oneOf: ["inbound", "outbound"]), MetricLabel("target", atMost: 24),
    ]
}
