/// A trace as a tree: what `todo trace --json` prints and the query API answers with.
public struct TraceTree: Codable, Sendable, Hashable {
    public var traceId: String
    /// Spans without a parent, and spans whose parent is not here.
    public var roots: [Node]

    public init(traceId: String, roots: [Node]) {
        self.traceId = traceId
        self.roots = roots
    }

    /// A span with the spans below it.
    public struct Node: Codable, Sendable, Hashable {
        public var spanId: String
        public var parentSpanId: String?
        public var name: String
        public var service: String
        /// Name of the library or module that made the span.
        public var scope: String
        /// `internal`, `server`, `client`, `producer`, `consumer` or `unspecified`.
        public var kind: String
        public var startUnixNano: UInt64
        public var durationNano: UInt64
        /// `unset`, `ok` or `error`.
        public var status: String
        public var statusMessage: String?
        public var attributes: [String: TraceValue]
        public var events: [Event]
        public var links: [Link]
        /// By start.
        public var children: [Node]
    }

    /// Something that happened within a span.
    public struct Event: Codable, Sendable, Hashable {
        public var name: String
        public var timeUnixNano: UInt64
        public var attributes: [String: TraceValue]
    }

    /// A reference to another span, of this trace or of another.
    public struct Link: Codable, Sendable, Hashable {
        public var traceId: String
        public var spanId: String
        public var attributes: [String: TraceValue]
    }
}

extension TraceTree {
    /// Every span, each before those below it.
    public var allNodes: [Node] {
        var found: [Node] = []
        var waiting = Array(roots.reversed())
        while let node = waiting.popLast() {
            found.append(node)
            waiting.append(contentsOf: node.children.reversed())
        }
        return found
    }
}
