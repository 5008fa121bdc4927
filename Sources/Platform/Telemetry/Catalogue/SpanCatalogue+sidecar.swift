extension SpanCatalogue {
    /// Those of the local stand-in for Dapr, with Dapr's names: they hold paths, as Dapr's do.
    static let sidecar = [
        SpanDescriptor(
            "/v1.0/{path}", .client, scope: .sidecar, from: "LocalDapr",
            help: "A call of the sidecar's HTTP API.",
            always: api, sometimes: outcome + ["messaging.system", "rpc.service", "net.peer.name"] + state),
        SpanDescriptor(
            "/v1.0-alpha1/{path}", .client, scope: .sidecar, from: "LocalDapr",
            help: "A call of the sidecar's HTTP API, of what Dapr calls alpha.", always: api,
            sometimes: outcome + ["messaging.system"] + state),
        SpanDescriptor(
            "CallLocal/{app}/{path}", .client, scope: .sidecar, from: "LocalDapr",
            help: "An invocation, seen by the caller's sidecar.",
            always: api + ["net.peer.name", "rpc.service"], sometimes: outcome),
        SpanDescriptor(
            "CallLocal/{app}/{path}", .server, scope: .sidecar, from: "LocalDapr",
            help: "An invocation, seen by the called app's sidecar.", always: ["rpc.service"],
            sometimes: outcome),
        SpanDescriptor(
            "/v1.0{path}", .producer, scope: .sidecar, from: "LocalDapr",
            help: "One event of a bulk published.",
            always: ["messaging.system"], sometimes: ["error.type"]),
        SpanDescriptor(
            "pubsub/{messaging.destination.name}", .client, scope: .sidecar, from: "LocalDapr",
            help: "An attempt to deliver an event to the app.",
            always: ["messaging.destination.name", "messaging.system"],
            sometimes: ["error.type", "http.response.status_code"]),
        SpanDescriptor(
            "bindings/{name}", .client, scope: .sidecar, from: "LocalDapr", help: "A tick given to the app.",
            sometimes: ["error.type", "http.response.status_code"]),
    ]

    private static let api = ["dapr.api", "dapr.protocol", "http.request.method"]
    private static let outcome = ["dapr.status_code", "error.type"]
    private static let state = ["db.connection_string", "db.name", "db.statement", "db.system"]
}
