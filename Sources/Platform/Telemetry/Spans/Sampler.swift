public import OTLP

/// Which new spans are recorded and exported.
public indirect enum Sampler: Sendable, Hashable {
    /// Every span.
    case alwaysOn
    /// No span.
    case alwaysOff
    /// A share of the traces, the same ones in every process of the same ratio.
    case traceIDRatio(Double)
    /// As the parent was decided; what has no parent asks `root`.
    case parentBased(root: Sampler)

    /// Whether a span with that trace id and parent is sampled.
    public func samples(traceID: TraceID, parent: SpanContext?) -> Bool {
        switch self {
        case .alwaysOn: true
        case .alwaysOff: false
        case .traceIDRatio(let ratio): isWithin(ratio, traceID)
        case .parentBased(let root): parent?.isSampled ?? root.samples(traceID: traceID, parent: nil)
        }
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

    /// The low half of the id decides, as in the Go SDK, so that processes in different languages agree.
    private func isWithin(_ ratio: Double, _ traceID: TraceID) -> Bool {
        guard ratio < 1 else { return true }
        guard ratio > 0 else { return false }
        return traceID.low >> 1 < UInt64(ratio * 0x1p63)
    }
}

extension Sampler: CustomStringConvertible {
    /// The name as the OpenTelemetry specification writes it.
    public var description: String {
        switch self {
        case .alwaysOn: "AlwaysOnSampler"
        case .alwaysOff: "AlwaysOffSampler"
        case .traceIDRatio(let ratio): "TraceIdRatioBased{\(ratio)}"
        case .parentBased(let root): "ParentBased{\(root)}"
        }
    }
}
