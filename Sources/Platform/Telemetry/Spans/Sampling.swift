public import OTLP
public import Tracing

/// What becomes of a new span.
public enum SamplingDecision: Sendable, Hashable {
    /// Nothing is kept; the span only carries its context on.
    case drop
    /// Kept for whoever looks at the span while it runs, and not exported.
    case recordOnly
    /// Kept and exported.
    case recordAndSample
}

/// A span that is about to start, as samplers see it.
public struct SpanCandidate: Sendable {
    /// The parent's trace, or the new one of a root.
    public let traceID: TraceID
    /// The span's parent; nil for a root.
    public let parent: SpanContext?
    /// The name at the start, which may become more precise later.
    public let name: String
    /// The span's role.
    public let kind: Tracing.SpanKind
    /// What is known of the span at its start.
    public let attributes: SpanAttributes
    /// What the span is linked to at its start.
    public let links: [SpanLink]

    /// A candidate of known parts.
    public init(
        traceID: TraceID, parent: SpanContext?, name: String = "", kind: Tracing.SpanKind = .internal,
        attributes: SpanAttributes = [:], links: [SpanLink] = []
    ) {
        self.traceID = traceID
        self.parent = parent
        self.name = name
        self.kind = kind
        self.attributes = attributes
        self.links = links
    }
}

/// What a sampler answers.
public struct SamplingResult: Sendable {
    /// What becomes of the span.
    public var decision: SamplingDecision
    /// Added to the span's own attributes; tells why it was taken.
    public var attributes: SpanAttributes
    /// Replaces the parent's `tracestate`; nil leaves it as it is.
    public var traceState: TraceState?

    /// A decision that adds nothing unless told otherwise.
    public init(
        _ decision: SamplingDecision, attributes: SpanAttributes = [:], traceState: TraceState? = nil
    ) {
        self.decision = decision
        self.attributes = attributes
        self.traceState = traceState
    }

    init(planned decision: SamplingDecision) {
        self.decision = decision
        attributes = .empty
        traceState = nil
    }
}

/// A rule of the program's own, such as "never the probes of the orchestrator".
public struct SamplingRule: Sendable, Hashable {
    /// What the rule is called; rules of one name are taken for equal.
    public let name: String
    let decide: @Sendable (SpanCandidate) -> SamplingResult

    /// - Parameter decide: called for every new span, so it must be quick.
    public init(name: String, _ decide: @escaping @Sendable (SpanCandidate) -> SamplingResult) {
        self.name = name
        self.decide = decide
    }

    /// Whether both have the same name.
    public static func == (left: SamplingRule, right: SamplingRule) -> Bool { left.name == right.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
