extension MetricCatalogue {
    /// Requests served and made, and the ports that serve them.
    static let http = [
        MetricDescriptor(
            "http.server.request.duration", .histogram, unit: "s", help: "Duration of HTTP requests served.",
            labels: [.method, .route, .status, .errorType, .scheme]),
        MetricDescriptor("todo.http.compressed", .counter, help: "Answers that were sent in gzip."),
        MetricDescriptor(
            "todo.http.requests_shed", .counter,
            help: "Requests turned away because too many were under way.", fromStart: true),
        MetricDescriptor(
            "todo.http.requests_abandoned", .counter,
            help: "Requests whose client went away before the answer.", labels: [.listener], fromStart: true),
        MetricDescriptor(
            "todo.http.requests_refused", .counter,
            help: "Requests refused for their form or slowness before any route saw them.",
            labels: [
                .listener, MetricLabel("http.response.status_code", oneOf: ["400", "408", "414", "431"]),
            ], fromStart: true),
        MetricDescriptor(
            "todo.http.connections_open", .upDownCounter, help: "Connections of clients, by port (listener).",
            labels: [.listener], fromStart: true),
        MetricDescriptor(
            "todo.http.connections_refused", .counter,
            help: "Connections refused because too many were open.", labels: [.listener], fromStart: true),
        MetricDescriptor(
            "http.server.active_requests", .upDownCounter, help: "HTTP requests being served right now.",
            labels: [.method, .scheme]),
        MetricDescriptor(
            "http.server.request.body.size", .histogram, unit: "By", help: "Size of request bodies received.",
            buckets: .bytes, labels: [.method, .route, .scheme]),
        MetricDescriptor(
            "http.server.response.body.size", .histogram, unit: "By", help: "Size of response bodies sent.",
            buckets: .bytes, labels: [.method, .route, .scheme]),
        MetricDescriptor(
            "http.client.request.duration", .histogram, unit: "s", help: "Duration of HTTP requests made.",
            labels: [
                .method, .status, .errorType, MetricLabel("server.address", atMost: 20),
                MetricLabel("server.port", atMost: 20),
            ]),
        MetricDescriptor(
            "todo.sidecar.call.duration", .histogram, unit: "s",
            help: "Duration of calls to the own sidecar, by building block.", buckets: .messaging,
            labels: [
                MetricLabel(
                    "dapr.building_block",
                    oneOf: ["pubsub", "invoke", "sidecar", "state", "secrets", "bindings", "jobs"]),
                MetricLabel("dapr.operation", atMost: 20), .errorType,
            ]),
    ]
}
