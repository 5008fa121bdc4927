import OTLP
import Synchronization
import Telemetry

/// Keeps the spans of several services as they end, and draws the way that leads to one of them.
final class SpanMemory: SpanProcessor, Sendable {
    /// Positions that come from nobody here.
    enum Foreign {
        static let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        static let envelope = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        static let malformed = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7"
        static let zero = "00-00000000000000000000000000000000-0000000000000000-00"

        static let names = ["00f067aa0ba902b7": "header", "b7ad6b7169203331": "envelope"]
    }

    private let finished = Mutex<[FinishedSpan]>([])

    func onEnd(_ span: FinishedSpan) { finished.withLock { $0.append(span) } }
    func requestFlush() {}

    /// A tracer that speaks for a service.
    func tracer(_ service: String) -> TelemetryTracer {
        TelemetryTracer(
            resource: Resource(attributes: [Attribute("service.name", .string(service))]),
            scope: InstrumentationScope(name: "test", version: ""), processor: self)
    }

    /// `service name`, as the tests write spans.
    private static func label(_ span: FinishedSpan) -> String {
        let service = span.origin.resource.attributes.first { $0.key == "service.name" }?.value
        guard case .string(let service) = service else { return span.span.name }
        return "\(service) \(span.span.name)"
    }

    /// The labels of everything that ended so far.
    var labels: [String] { finished.withLock { $0.map(Self.label) } }

    /// Waits for so many spans of a label, and gives the last of these.
    func span(_ label: String, number: Int = 1) async throws -> OTLP.Span {
        while true {
            let found = finished.withLock { $0.filter { Self.label($0) == label } }
            if found.count >= number { return found[number - 1].span }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// The way from a root, or from a foreign position, down to a span. Parents end after their children, so it is
    /// waited for until it hangs together; all must be of one trace.
    func path(to label: String, number: Int = 1) async throws -> [String] {
        let span = try await span(label, number: number)
        var path = [label]
        var parent = span.parentSpanID
        while let id = parent {
            if let name = Foreign.names[id.hex] { return [name] + path }
            let above = try await ended(id, in: span.traceID)
            path.insert(Self.label(above), at: 0)
            parent = above.span.parentSpanID
        }
        return path
    }

    /// What a span is linked to, as `reason: label`, in order.
    func links(of label: String, number: Int = 1) async throws -> [String] {
        var found: [String] = []
        for link in try await span(label, number: number).links {
            var reason = "none"
            let attribute = link.attributes.first { $0.key == "todo.link.reason" }?.value
            if case .string(let text) = attribute { reason = text }
            if let name = Foreign.names[link.spanID.hex] {
                found.append("\(reason): \(name)")
            } else {
                found.append("\(reason): \(Self.label(try await ended(link.spanID, in: link.traceID)))")
            }
        }
        return found
    }

    private func ended(_ id: SpanID, in trace: TraceID) async throws -> FinishedSpan {
        while true {
            let found = finished.withLock { spans in
                spans.first { $0.span.spanID == id && $0.span.traceID == trace }
            }
            if let found { return found }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
