import Synchronization

/// All series of one metric; at most `limit` of them, what comes later shares the overflow series.
final class MetricFamily: Sendable {
    /// The limit of the OpenTelemetry specification.
    static let limit = 2000
    private static let overflowLabels = "otel_metric_overflow=\"true\""

    let name: String
    let kind: MetricDescriptor.Kind
    private let help: String
    private let layout: HistogramLayout
    private let series = Mutex<[String: any MetricSeries]>([:])

    init(_ descriptor: MetricDescriptor) {
        name = descriptor.prometheusName
        kind = descriptor.kind
        help = descriptor.help
        layout = HistogramLayout(descriptor.kind == .histogram ? descriptor.buckets : HistogramBuckets([]))
    }

    /// The series of those labels, made when it is not there.
    func series(_ labels: String) -> (series: any MetricSeries, isOverflow: Bool) {
        series.withLock { all in
            if let known = all[labels] { return (known, false) }
            let isOverflow = all.count >= Self.limit
            let key = isOverflow ? Self.overflowLabels : labels
            if let known = all[key] { return (known, isOverflow) }
            let new = makeSeries()
            all[key] = new
            return (new, isOverflow)
        }
    }

    /// A series of this kind that nobody reads.
    func makeSeries() -> any MetricSeries {
        switch kind {
        case .counter: CounterSeries()
        case .gauge: GaugeSeries()
        case .histogram: HistogramSeries(layout: layout)
        }
    }

    func remove(_ unwanted: AnyObject) {
        series.withLock { all in
            all = all.filter { $0.value !== unwanted }
        }
    }

    func write(to text: inout String) {
        let all = series.withLock { $0 }.sorted { $0.key < $1.key }
        guard !all.isEmpty else { return }
        text.appendHeader(name, kind, help: help)
        for (labels, series) in all { series.write(name: name, labels: labels, to: &text) }
    }
}
