public import CoreMetrics

/// What tracers tell of themselves: `otel.sdk.span.started` and `otel.sdk.span.live`.
///
/// Handles are made once, so that starting a span costs two atomic additions.
public struct SpanMetrics: Sendable {
    /// By origin of the parent, three of each.
    private let startedCounters: [Counter]
    private let liveSampled: Meter
    private let liveRecorded: Meter

    /// Handles of that factory.
    public init(factory: any MetricsFactory) {
        startedCounters = ["none", "local", "remote"].flatMap { origin in
            ["DROP", "RECORD_ONLY", "RECORD_AND_SAMPLE"].map { result in
                Counter(
                    label: "otel.sdk.span.started",
                    dimensions: [("otel.span.parent.origin", origin), ("otel.span.sampling_result", result)],
                    factory: factory)
            }
        }
        let live = { (result: String) in
            Meter(
                label: "otel.sdk.span.live", dimensions: [("otel.span.sampling_result", result)],
                factory: factory)
        }
        liveSampled = live("RECORD_AND_SAMPLE")
        liveRecorded = live("RECORD_ONLY")
    }

    func started(parent: SpanContext?, _ decision: SamplingDecision) {
        let first = parent.map { $0.isRemote ? 6 : 3 } ?? 0
        switch decision {
        case .drop: startedCounters[first].increment()
        case .recordOnly:
            startedCounters[first + 1].increment()
            liveRecorded.increment()
        case .recordAndSample:
            startedCounters[first + 2].increment()
            liveSampled.increment()
        }
    }

    func ended(isSampled: Bool) {
        (isSampled ? liveSampled : liveRecorded).decrement()
    }
}
