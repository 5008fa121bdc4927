import OTLP

/// A span with what its batch said of the process and the library that made it.
struct StoredSpan: Sendable {
    let span: Span
    let resource: Resource
    let service: String
    let scope: String

    init(_ span: Span, resource: Resource, scope: InstrumentationScope) {
        self.span = span
        self.resource = resource
        service = resource.serviceName
        self.scope = scope.name
    }

    var operation: Operation { Operation(service: service, name: span.name, kind: span.kind) }

    var durationNano: UInt64 {
        span.endTimeUnixNano > span.startTimeUnixNano ? span.endTimeUnixNano - span.startTimeUnixNano : 0
    }

    var traits: SpanTraits {
        var traits: SpanTraits = []
        if span.status == .error { traits.insert(.error) }
        if isPublicRequest { traits.insert(.publicRequest) }
        if span.kind == .client { traits.insert(.client) }
        if span.attributes.isTrue("todo.page.background") { traits.insert(.background) }
        return traits
    }

    /// Whether the span speaks of a task.
    func speaks(ofTask id: String) -> Bool {
        Self.taskKeys.contains { span.attributes.string($0) == id }
    }

    /// Attributes whose value is the id of a task.
    static let taskKeys = ["todo.task.id", "cloudevents.event_subject"]

    private var isPublicRequest: Bool {
        span.kind == .server && service == "gateway"
            && span.attributes.string("http.route")?.hasPrefix("/api/") == true
    }
}

extension Resource {
    /// `unknown` for a process that does not say who it is.
    var serviceName: String { attributes.string("service.name") ?? "unknown" }
}

extension [ResourceSpans] {
    /// Each span with what its batch says of it, in order of arrival.
    var storedSpans: [StoredSpan] {
        flatMap { group in
            group.scopeSpans.flatMap { scoped in
                scoped.spans.map { StoredSpan($0, resource: group.resource, scope: scoped.scope) }
            }
        }
    }
}

extension [Attribute] {
    /// The text under a key, if there is text.
    func string(_ key: String) -> String? {
        guard case .string(let text) = first(where: { $0.key == key })?.value else { return nil }
        return text
    }

    /// Whether there is a flag under a key, and it is set.
    func isTrue(_ key: String) -> Bool { first { $0.key == key }?.value == .bool(true) }

    /// Memory of the list and what it points to.
    var estimatedBytes: Int {
        reduce(0) { $0 + 48 + $1.key.utf8.count + $1.value.estimatedBytes }
    }
}

extension AttributeValue {
    /// Memory beside the value itself.
    var estimatedBytes: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .array(let values): values.reduce(32) { $0 + 32 + $1.estimatedBytes }
        case .map(let entries): 32 + entries.estimatedBytes
        case .bool, .int, .double, .empty: 0
        }
    }
}
