import CoreMetrics
import Synchronization

/// One line, or one histogram, of the exposition.
protocol MetricSeries: AnyObject, Sendable {
    /// - Parameter labels: rendered, without braces; may be empty.
    func write(name: String, labels: String, to text: inout String)
}

/// A sum that only grows. Integers are exact to 2^53, which at a million a second lasts 285 years.
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    private let value = AtomicNumber()

    func increment(by amount: Int64) {
        if amount > 0 { value.add(Double(amount)) }
    }

    func increment(by amount: Double) {
        if amount > 0, amount.isFinite { value.add(amount) }
    }

    /// For sums kept elsewhere, such as by the kernel.
    func store(_ total: Double) {
        value.set(total)
    }

    func reset() {
        value.set(0)
    }

    func write(name: String, labels: String, to text: inout String) {
        text.appendSample(name, labels, value.current)
    }
}

/// A value that goes up and down.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let value = AtomicNumber()

    func set(_ value: Int64) { self.value.set(Double(value)) }
    func set(_ value: Double) { self.value.set(value) }
    func record(_ value: Int64) { self.value.set(Double(value)) }
    func record(_ value: Double) { self.value.set(value) }

    func increment(by amount: Double) {
        if amount.isFinite { value.add(amount) }
    }

    func decrement(by amount: Double) {
        if amount.isFinite { value.add(-amount) }
    }

    func write(name: String, labels: String, to text: inout String) {
        text.appendSample(name, labels, value.current)
    }
}

/// Observations counted by size.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    private struct State: Sendable {
        /// Not cumulative; the last is for what exceeds every bound.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let layout: HistogramLayout
    private let state: Mutex<State>

    init(layout: HistogramLayout) {
        self.layout = layout
        state = Mutex(State(counts: Array(repeating: 0, count: layout.bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = layout.bucket(of: value)
        state.withLock { state in
            state.counts[bucket] &+= 1
            state.sum += value
        }
    }

    /// Durations are seconds in the exposition, whatever unit their maker prefers to see.
    func recordNanoseconds(_ duration: Int64) {
        record(Double(max(0, duration)) / 1_000_000_000)
    }

    func write(name: String, labels: String, to text: inout String) {
        let state = state.withLock { $0 }
        let separator = labels.isEmpty ? "" : ","
        var total: UInt64 = 0
        for (count, bound) in zip(state.counts, layout.boundTexts) {
            total &+= count
            text += "\(name)_bucket{\(labels)\(separator)le=\"\(bound)\"} \(total)\n"
        }
        text.appendSample(name + "_sum", labels, state.sum)
        text.appendSample(name + "_count", labels, Double(total))
    }
}

/// The bounds of a family's histograms, and how they are spelled.
final class HistogramLayout: Sendable {
    let bounds: [Double]
    let boundTexts: [String]

    init(_ buckets: HistogramBuckets) {
        bounds = buckets.bounds
        boundTexts = buckets.bounds.map(prometheusNumber) + ["+Inf"]
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

/// A floating-point number that several threads add to without a lock.
private final class AtomicNumber: Sendable {
    private let bits = Atomic<UInt64>(0)

    var current: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    func add(_ amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, found) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            guard !exchanged else { return }
            old = found
        }
    }
}
