import OTLP

/// What a sampler decides by the parent and the trace id alone, worked out once: the usual samplers need no more, and a
/// span that is dropped should cost next to nothing.
struct SamplingPlan: Sendable {
    private enum Answer: Sendable {
        case always(SamplingDecision)
        /// Trace ids below it are sampled.
        case below(UInt64)
        /// The sampler must see the span.
        case ask
    }

    private let root: Answer
    private let remoteSampled: Answer
    private let remoteNotSampled: Answer
    private let localSampled: Answer
    private let localNotSampled: Answer

    init(_ sampler: Sampler) {
        guard
            case .parentBased(
                let root, let remoteSampled, let remoteNotSampled, let localSampled, let localNotSampled) =
                sampler
        else {
            let answer = Self.answer(sampler)
            (root, remoteSampled, remoteNotSampled) = (answer, answer, answer)
            (localSampled, localNotSampled) = (answer, answer)
            return
        }
        self.root = Self.answer(root)
        self.remoteSampled = Self.answer(remoteSampled)
        self.remoteNotSampled = Self.answer(remoteNotSampled)
        self.localSampled = Self.answer(localSampled)
        self.localNotSampled = Self.answer(localNotSampled)
    }

    /// Nil when the sampler itself must be asked.
    func decision(traceID: TraceID, parent: SpanContext?) -> SamplingDecision? {
        let answer =
            switch (parent?.isRemote, parent?.isSampled) {
            case (true?, true?): remoteSampled
            case (true?, _): remoteNotSampled
            case (false?, true?): localSampled
            case (false?, _): localNotSampled
            case (nil, _): root
            }
        return switch answer {
        case .always(let decision): decision
        case .below(let bound): traceID.low >> 1 < bound ? .recordAndSample : .drop
        case .ask: nil
        }
    }

    private static func answer(_ sampler: Sampler) -> Answer {
        switch sampler {
        case .alwaysOn: .always(.recordAndSample)
        case .alwaysOff: .always(.drop)
        case .traceIDRatio(let ratio): ratioAnswer(ratio)
        case .parentBased, .alwaysRecord, .rule: .ask
        }
    }

    private static func ratioAnswer(_ ratio: Double) -> Answer {
        if ratio >= 1 { return .always(.recordAndSample) }
        // Not a number is not above zero either.
        guard ratio > 0 else { return .always(.drop) }
        return .below(Sampler.bound(of: ratio))
    }
}
