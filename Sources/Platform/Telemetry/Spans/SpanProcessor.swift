public import OTLP

/// Who made a span: the process (resource) and the module within it (scope).
///
/// A class, so that spans share one and an exporter groups them by identity.
public final class SpanOrigin: Sendable {
    /// What the process says of itself.
    public let resource: Resource
    /// The module.
    public let scope: InstrumentationScope
    /// The version of the semantic conventions that the module's attribute names follow; empty if none.
    public let schemaURL: String

    /// An origin of known parts; ours follow the platform's version of the conventions.
    public init(
        resource: Resource, scope: InstrumentationScope,
        schemaURL: String = SpanOrigin.semanticConventions
    ) {
        self.resource = resource
        self.scope = scope
        self.schemaURL = schemaURL
    }

    /// The version of the semantic conventions that this product's names follow.
    public static let semanticConventions = "https://opentelemetry.io/schemas/1.44.0"
}

/// A span that ended and was sampled.
public struct FinishedSpan: Sendable {
    private enum Content: Sendable {
        case ended(EndedSpan)
        /// Rare, so it must not make the others larger.
        indirect case wire(OTLP.Span)
    }

    /// Who made it.
    public let origin: SpanOrigin
    private let content: Content

    /// A finished span.
    public init(span: OTLP.Span, origin: SpanOrigin) {
        content = .wire(span)
        self.origin = origin
    }

    init(_ ended: EndedSpan, origin: SpanOrigin) {
        content = .ended(ended)
        self.origin = origin
    }

    /// The span as it goes on the wire, made anew at every call.
    public var span: OTLP.Span {
        switch content {
        case .ended(let ended): ended.wireSpan
        case .wire(let span): span
        }
    }
}

/// Takes spans as they end. Called on the hot path: must neither block nor throw.
public protocol SpanProcessor: Sendable {
    /// Called once per sampled span.
    func onEnd(_ span: FinishedSpan)
    /// Asks for an export soon; does not wait for it.
    func requestFlush()
}

/// Forgets every span: `OTEL_TRACES_EXPORTER=none`. Propagation stays on.
public struct DiscardingSpanProcessor: SpanProcessor {
    /// A processor without memory.
    public init() {}
    /// Forgets the span.
    public func onEnd(_ span: FinishedSpan) {}
    /// Nothing is kept, so nothing is flushed.
    public func requestFlush() {}
}

extension [FinishedSpan] {
    /// Grouped as OTLP wants them: one entry per resource, within it one per scope, in order of appearance.
    func groupedForWire() -> [ResourceSpans] {
        var origins: [ObjectIdentifier: (resource: Int, scope: Int)] = [:]
        var groups: [ResourceSpans] = []
        for finished in self {
            let id = ObjectIdentifier(finished.origin)
            let place = origins[id] ?? groups.place(of: finished.origin)
            origins[id] = place
            groups[place.resource].scopeSpans[place.scope].spans.append(finished.span)
        }
        return groups
    }
}

extension [ResourceSpans] {
    fileprivate mutating func place(of origin: SpanOrigin) -> (resource: Int, scope: Int) {
        let resource: Int
        if let known = firstIndex(where: { $0.resource == origin.resource }) {
            resource = known
        } else {
            resource = count
            append(
                ResourceSpans(
                    resource: origin.resource, scopeSpans: [], schemaURL: SpanOrigin.semanticConventions))
        }
        let known = self[resource].scopeSpans.firstIndex {
            $0.scope == origin.scope && $0.schemaURL == origin.schemaURL
        }
        if let scope = known {
            return (resource, scope)
        }
        self[resource].scopeSpans.append(
            ScopeSpans(scope: origin.scope, spans: [], schemaURL: origin.schemaURL))
        return (resource, self[resource].scopeSpans.count - 1)
    }
}
