import CoreMetrics
import Synchronization

/// Observations counted by size.
///
/// One short lock an observation, held for a few additions. The span for an exemplar is looked for outside of it, and
/// only when the bucket's exemplar is due for another.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    fileprivate struct State: Sendable {
        /// Not cumulative; the last is for what exceeds every bound.
        var counts: [UInt64]
        var sum = 0.0
        /// One a bucket; none at all until the first, because most series never have one.
        var exemplars: [Exemplar] = []
    }

    private let layout: HistogramLayout
    private let source: ExemplarSource?
    private let state: Mutex<State>

    init(layout: HistogramLayout, exemplars source: ExemplarSource? = nil) {
        self.layout = layout
        self.source = source
        state = Mutex(State(counts: Array(repeating: 0, count: layout.bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = layout.bucket(of: value)
        guard let source else {
            state.withLock { $0.count(value, in: bucket) }
            return
        }
        let tick = source.ticks()
        let isDue = state.withLock { state in
            state.count(value, in: bucket)
            return state.exemplarIsDue(in: bucket, at: tick, rest: source.restNanoseconds)
        }
        if isDue, let exemplar = source.exemplar(of: value, at: tick) {
            state.withLock { $0.keep(exemplar, in: bucket) }
        }
    }

    /// Durations are seconds in the exposition, whatever unit their maker prefers to see.
    func recordNanoseconds(_ duration: Int64) {
        record(Double(max(0, duration)) / 1_000_000_000)
    }

    func write(_ family: FamilyNames, labels: [UInt8], to page: inout ExpositionPage) {
        let withExemplars = page.format == .openMetrics
        // Copied number by number into the page's own memory: to keep the arrays would make the next observation
        // pay for a copy of them.
        let sum = state.withLock { state in
            page.counts.removeAll(keepingCapacity: true)
            page.counts.append(contentsOf: state.counts)
            page.exemplars.removeAll(keepingCapacity: true)
            if withExemplars { page.exemplars.append(contentsOf: state.exemplars) }
            return state.sum
        }
        page.histogram(family, labels, layout, sum: sum)
    }
}

extension HistogramSeries.State {
    fileprivate mutating func count(_ value: Double, in bucket: Int) {
        counts[bucket] &+= 1
        sum += value
    }

    fileprivate func exemplarIsDue(in bucket: Int, at tick: UInt64, rest: UInt64) -> Bool {
        guard !exemplars.isEmpty else { return true }
        let last = exemplars[bucket]
        return !last.isSet || tick &- last.tick >= rest
    }

    fileprivate mutating func keep(_ exemplar: Exemplar, in bucket: Int) {
        if exemplars.isEmpty { exemplars = Array(repeating: .none, count: counts.count) }
        exemplars[bucket] = exemplar
    }
}

/// The bounds of a family's histograms, and how they are spelled.
final class HistogramLayout: Sendable {
    let bounds: [Double]
    /// What stands between the labels and the count, by format: `le="0.5"} `.
    private let textBounds: [[UInt8]]
    private let openMetricsBounds: [[UInt8]]

    init(_ buckets: HistogramBuckets) {
        bounds = buckets.bounds
        let ending = { (bound: String) in Array("le=\"\(bound)\"} ".utf8) }
        textBounds = (buckets.bounds.map(prometheusNumber) + ["+Inf"]).map(ending)
        // OpenMetrics wants canonical floats: 2 is spelled 2.0. Prometheus 3 spells it so in either format, Prometheus
        // 2 takes what it gets: rules match both spellings.
        openMetricsBounds = (buckets.bounds.map { "\($0)" } + ["+Inf"]).map(ending)
    }

    func spelledBounds(_ format: ExpositionFormat) -> [[UInt8]] {
        format == .openMetrics ? openMetricsBounds : textBounds
    }

    /// The first bound that is not below the value; bounds are inclusive.
    func bucket(of value: Double) -> Int {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
