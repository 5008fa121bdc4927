public import OTLP

/// Which new spans are recorded and exported.
public indirect enum Sampler: Sendable, Hashable {
    /// Every span.
    case alwaysOn
    /// No span.
    case alwaysOff
    /// A share of the traces, the same ones in every process of the same ratio; the parent is not asked.
    case traceIDRatio(Double)
    /// As the parent was decided; what has no parent asks `root`.
    case parentBased(
        root: Sampler, remoteSampled: Sampler = .alwaysOn, remoteNotSampled: Sampler = .alwaysOff,
        localSampled: Sampler = .alwaysOn, localNotSampled: Sampler = .alwaysOff)
    /// As the inner one, but what it drops is still recorded, so that what is derived from spans stays exact.
    case alwaysRecord(Sampler)
    /// A rule of the program.
    case rule(SamplingRule)

    /// What becomes of a new span.
    public func decide(_ candidate: SpanCandidate) -> SamplingResult {
        switch self {
        case .alwaysOn: SamplingResult(.recordAndSample)
        case .alwaysOff: SamplingResult(.drop)
        case .traceIDRatio(let ratio):
            SamplingResult(isWithin(ratio, candidate.traceID) ? .recordAndSample : .drop)
        case .parentBased(
            let root, let remoteSampled, let remoteNotSampled, let localSampled, let localNotSampled):
            switch candidate.parent.map({ ($0.isRemote, $0.isSampled) }) {
            case nil: root.decide(candidate)
            case (true, true)?: remoteSampled.decide(candidate)
            case (true, false)?: remoteNotSampled.decide(candidate)
            case (false, true)?: localSampled.decide(candidate)
            case (false, false)?: localNotSampled.decide(candidate)
            }
        case .alwaysRecord(let inner): recorded(inner.decide(candidate))
        case .rule(let rule): rule.decide(candidate)
        }
    }

    /// Whether a span with that trace id and parent, of which nothing else is known, is sampled.
    public func samples(traceID: TraceID, parent: SpanContext?) -> Bool {
        decide(SpanCandidate(traceID: traceID, parent: parent)).decision == .recordAndSample
    }

    /// The sampler that `OTEL_TRACES_SAMPLER` names; nil for an unknown name.
    ///
    /// - Parameters:
    ///   - name: in any case.
    ///   - ratio: `OTEL_TRACES_SAMPLER_ARG`, for the samplers that take one.
    public init?(name: String, ratio: Double) {
        switch name.lowercased() {
        case "always_on": self = .alwaysOn
        case "always_off": self = .alwaysOff
        case "traceidratio": self = .traceIDRatio(ratio)
        case "parentbased_always_on": self = .parentBased(root: .alwaysOn)
        case "parentbased_always_off": self = .parentBased(root: .alwaysOff)
        case "parentbased_traceidratio": self = .parentBased(root: .traceIDRatio(ratio))
        default: return nil
        }
    }

    private func recorded(_ result: SamplingResult) -> SamplingResult {
        guard result.decision == .drop else { return result }
        var result = result
        result.decision = .recordOnly
        return result
    }

    /// The low half of the id decides, as in the Go SDK, so that processes in different languages agree.
    private func isWithin(_ ratio: Double, _ traceID: TraceID) -> Bool {
        if ratio >= 1 { return true }
        // Not a number is not above zero either.
        guard ratio > 0 else { return false }
        return traceID.low >> 1 < Self.bound(of: ratio)
    }

    /// What half the low part of a trace id must be below; for ratios between 0 and 1.
    static func bound(of ratio: Double) -> UInt64 {
        UInt64(ratio * 0x1p63)
    }
}

extension Sampler: CustomStringConvertible {
    /// The name as the OpenTelemetry specification writes it; branches of a parent are named if they are unusual.
    public var description: String {
        switch self {
        case .alwaysOn: "AlwaysOnSampler"
        case .alwaysOff: "AlwaysOffSampler"
        case .traceIDRatio(let ratio): "TraceIdRatioBased{\(ratio)}"
        case .parentBased(let root, .alwaysOn, .alwaysOff, .alwaysOn, .alwaysOff): "ParentBased{\(root)}"
        case .parentBased(
            let root, let remoteSampled, let remoteNotSampled, let localSampled, let localNotSampled):
            "ParentBased{root:\(root),remoteParentSampled:\(remoteSampled),"
                + "remoteParentNotSampled:\(remoteNotSampled),localParentSampled:\(localSampled),"
                + "localParentNotSampled:\(localNotSampled)}"
        case .alwaysRecord(let inner): "AlwaysRecord{\(inner)}"
        case .rule(let rule): rule.name
        }
    }
}
