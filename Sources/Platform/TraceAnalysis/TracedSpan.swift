public import OTLP

// What can be said of a trace once its spans lie side by side: who waited for whom (`CriticalPath`), which way an
// event took (`TraceFlow`), how two traces differ (`TraceComparison`), whether a trace has the form that it should
// have (`SpanShape`). All start from a `TraceForest`.
//
// Everything here is a pure function of spans. They come from the network, so nothing recurses along parents, a
// circle of parents is opened, and a forest has a greatest size. Rejected: analysis inside the trace store, since the
// load generator has to judge traces of a store that is not ours; and a graph library, since trees are all there is.

/// A finished span with what its batch said of the process and the library that made it.
public struct TracedSpan: Sendable, Hashable {
    /// The span as it came over the wire.
    public var span: Span
    /// `service.name` of the resource; a sidecar's spans carry the name of its application.
    public var service: String
    /// Name of the instrumentation scope, which tells a sidecar's spans from those of its application.
    public var scope: String

    /// Puts a span beside its service and scope.
    public init(_ span: Span, service: String, scope: String = "") {
        self.span = span
        self.service = service
        self.scope = scope
    }

    /// When it began, in nanoseconds since 1970.
    public var start: UInt64 { span.startTimeUnixNano }
    /// When it ended; a span that says it ended before it began lasted no time.
    public var end: UInt64 { max(span.startTimeUnixNano, span.endTimeUnixNano) }
    /// How long it lasted, in nanoseconds.
    public var duration: UInt64 { end - start }
    /// Whether it says of itself that it failed.
    public var isError: Bool { span.status == .error }

    /// The text under a key, if there is text.
    public func text(_ key: String) -> String? {
        guard case .string(let text) = span.attributes.last(where: { $0.key == key })?.value else {
            return nil
        }
        return text
    }

    /// The number under a key, whole or not.
    public func number(_ key: String) -> Double? {
        switch span.attributes.last(where: { $0.key == key })?.value {
        case .int(let int): Double(int)
        case .double(let double) where double.isFinite: double
        default: nil
        }
    }

    /// Whether there is anything under a key.
    public func has(_ key: String) -> Bool { span.attributes.contains { $0.key == key } }
}

extension TracedSpan {
    /// The spans of an export, each with its service and scope.
    public static func all(in export: [ResourceSpans]) -> [TracedSpan] {
        export.flatMap { resource -> [TracedSpan] in
            let name = resource.resource.attributes.last { $0.key == "service.name" }?.value
            let service = if case .string(let text) = name { text } else { "unknown_service" }
            return resource.scopeSpans.flatMap { group in
                group.spans.map { TracedSpan($0, service: service, scope: group.scope.name) }
            }
        }
    }
}
