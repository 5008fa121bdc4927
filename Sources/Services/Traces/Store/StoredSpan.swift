import OTLP

/// A span with what its batch said of the process and the library that made it.
struct StoredSpan: Sendable {
    let span: Span
    let service: String
    let scope: String

    /// Estimated memory: the struct itself and what it points to.
    var estimatedBytes: Int {
        let events = span.events.reduce(0) { $0 + 64 + $1.name.utf8.count + $1.attributes.estimatedBytes }
        let links = span.links.reduce(0) { $0 + 80 + $1.traceState.utf8.count + $1.attributes.estimatedBytes }
        let text = span.name.utf8.count + span.traceState.utf8.count + span.statusMessage.utf8.count
        return 320 + text + span.attributes.estimatedBytes + events + links
    }

    /// Ids of tasks that this span speaks of.
    var taskIDs: [String] {
        ["todo.task.id", "cloudevents.event_subject"].compactMap { span.attributes.string($0) }
    }

    /// A request that a client of the public API sent, as the gateway answered it.
    var isPublicRequest: Bool {
        span.kind == .server && service == "gateway"
            && span.attributes.string("http.route")?.hasPrefix("/api/") == true
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
