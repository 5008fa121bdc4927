import Histogram

/// Latencies in microseconds, exact to three digits whatever their range, in memory that does not grow with their number.
struct LatencyHistogram: Sendable {
    /// Longer ones are counted as this long: a run is over by then.
    static let longest: UInt64 = 3_600_000_000

    private(set) var values = Histogram<UInt64>(
        lowestDiscernibleValue: 1, highestTrackableValue: 10_000_000, numberOfSignificantValueDigits: .three)

    init() {
        values.autoResize = true
    }

    mutating func record(_ latency: Duration) {
        let microseconds = UInt64(max(0, latency.nanoseconds / 1000))
        _ = values.record(min(microseconds, Self.longest))
    }

    mutating func add(_ other: LatencyHistogram) {
        values.add(other.values)
    }

    var count: Int { Int(values.totalCount) }

    /// The value that so many percent do not exceed; nil when nothing was recorded.
    func percentile(_ percent: Double) -> Duration? {
        guard count > 0 else { return nil }
        return .microseconds(Int64(min(values.valueAtPercentile(percent), UInt64(Int64.max))))
    }

    var longest: Duration? { percentile(100) }
    var mean: Duration? { count > 0 ? .microseconds(Int64(values.mean)) : nil }

    /// How many were no longer than a limit, to the histogram's three digits.
    func count(within limit: Duration) -> Int {
        let microseconds = UInt64(max(0, limit.nanoseconds / 1000))
        return Int(values.count(within: 0...microseconds))
    }

    /// What was recorded, by value: microseconds and how often, rising.
    var recorded: [(microseconds: UInt64, count: UInt64)] {
        values.recordedValues().map { ($0.value, $0.count) }
    }
}
