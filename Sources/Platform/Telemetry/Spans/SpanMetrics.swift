public import CoreMetrics

/// What tracers tell of themselves: `otel.sdk.span.started` and `otel.sdk.span.live`.
///
/// Handles are made once, so that starting a span costs two atomic additions.
public struct SpanMetrics: Sendable {
    private let startedByOrigin: [[Counter]]
    private let live: Meter

    /// Handles of that factory.
    public init(factory: any MetricsFactory) {
        startedByOrigin = ["none", "local", "remote"].map { origin in
            ["DROP", "RECORD_AND_SAMPLE"].map { result in
                Counter(
                    label: "otel.sdk.span.started",
                    dimensions: [("otel.span.parent.origin", origin), ("otel.span.sampling_result", result)],
                    factory: factory)
            }
        }
        live = Meter(
            label: "otel.sdk.span.live", dimensions: [("otel.span.sampling_result", "RECORD_AND_SAMPLE")],
            factory: factory)
    }

    func started(parent: SpanContext?, isSampled: Bool) {
        let origin = parent.map { $0.isRemote ? 2 : 1 } ?? 0
        startedByOrigin[origin][isSampled ? 1 : 0].increment()
        if isSampled { live.increment() }
    }

    func ended() {
        live.decrement()
    }
}
