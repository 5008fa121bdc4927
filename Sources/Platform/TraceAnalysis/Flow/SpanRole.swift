import OTLP

/// What a span does on the way of a write, told by its attributes alone.
enum SpanRole: Sendable, Hashable {
    /// Hands an event to the broker.
    case send
    /// The making of an event.
    case create
    /// A sidecar gives an event to its application.
    case delivery
    /// A consumer handles an event.
    case process
    /// A sidecar's half of an invocation.
    case hop
    /// A request is answered.
    case serve(isJob: Bool)
    /// A statement that changes something, or one that does not.
    case statement(writes: Bool)
    /// A call out of the platform.
    case call
    /// A sidecar's tick to its application.
    case tick
    /// Anything else.
    case work
}

extension TracedSpan {
    /// The topic of a span about an event.
    var topic: String? { text("messaging.destination.name") }

    var role: SpanRole {
        if let operation = text("messaging.operation.name") {
            switch operation {
            case "send", "publish": return .send
            case "create": return .create
            case "process": return .process
            default: break
            }
        }
        if has("db.system.name") { return .statement(writes: writes) }
        if has("rpc.service") || span.name.hasPrefix("CallLocal/") { return .hop }
        if span.name.hasPrefix("bindings/"), span.kind == .client { return .tick }
        // A sidecar's delivery names the topic and no operation; its publishing names the topic by path alone.
        if topic != nil, span.kind == .client || span.kind == .consumer { return .delivery }
        switch span.kind {
        case .server: return .serve(isJob: has("todo.job.route"))
        case .client: return isCallOutside ? .call : .work
        default: return .work
        }
    }

    private var writes: Bool {
        let operation = (text("db.operation.name") ?? span.name).prefix { $0 != " " }.uppercased()
        return ["INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "COMMIT"].contains(operation)
    }

    /// A sidecar's addresses begin with its version.
    private var isCallOutside: Bool {
        guard has("server.address") || has("http.request.method") else { return false }
        let form = text("url.template") ?? span.name
        return !form.contains("/v1.0") && !has("dapr.api")
    }
}
