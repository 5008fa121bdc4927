import Synchronization

/// All series of one metric; at most `limit` of them, what comes later shares the overflow series.
final class MetricFamily: Sendable {
    /// The limit of the OpenTelemetry specification.
    static let limit = 2000
    private static let overflowLabels = "otel_metric_overflow=\"true\""

    /// A series and its labels as they are written.
    private struct Line: Sendable {
        let labels: [UInt8]
        let series: any MetricSeries
    }

    private struct State: Sendable {
        var series: [String: any MetricSeries] = [:]
        /// In the order of the page; nil when a series came or went since it was last written.
        var lines: [Line]?
        /// Grows with each coming and going.
        var changes = 0

        mutating func noteChange() {
            lines = nil
            changes += 1
        }
    }

    let descriptor: MetricDescriptor
    let name: String
    private let names: FamilyNames
    private let layout: HistogramLayout
    private let exemplars: ExemplarSource?
    private let state = Mutex(State())

    init(_ descriptor: MetricDescriptor, exemplars: ExemplarSource? = nil) {
        self.descriptor = descriptor
        self.exemplars = exemplars
        name = descriptor.prometheusName
        names = FamilyNames(descriptor)
        layout = HistogramLayout(descriptor.kind == .histogram ? descriptor.buckets : HistogramBuckets([]))
    }

    /// The series of those labels, made when it is not there.
    func series(_ labels: String) -> (series: any MetricSeries, isOverflow: Bool) {
        state.withLock { state in
            if let known = state.series[labels] { return (known, false) }
            let isOverflow = state.series.count >= Self.limit
            let key = isOverflow ? Self.overflowLabels : labels
            if let known = state.series[key] { return (known, isOverflow) }
            let new = makeSeries()
            state.series[key] = new
            state.noteChange()
            return (new, isOverflow)
        }
    }

    /// A series of this kind that nobody reads.
    func makeSeries() -> any MetricSeries {
        switch descriptor.kind.exposed {
        case .counter: CounterSeries()
        case .gauge: GaugeSeries()
        case .histogram: HistogramSeries(layout: layout, exemplars: exemplars)
        }
    }

    func remove(_ unwanted: AnyObject) {
        state.withLock { state in
            guard let key = state.series.first(where: { $0.value === unwanted })?.key else { return }
            state.series[key] = nil
            state.noteChange()
        }
    }

    func write(to page: inout ExpositionPage) {
        let lines = sortedLines()
        guard !lines.isEmpty else { return }
        page.header(names)
        for line in lines { line.series.write(names, labels: line.labels, to: &page) }
    }

    /// Sorted outside of the lock, which whoever records for the first time is waiting for.
    private func sortedLines() -> [Line] {
        let (known, series, changes) = state.withLock { ($0.lines, $0.series, $0.changes) }
        if let known { return known }
        let lines = series.sorted { $0.key < $1.key }.map {
            Line(labels: Array($0.key.utf8), series: $0.value)
        }
        state.withLock { state in
            if state.changes == changes { state.lines = lines }
        }
        return lines
    }
}
