import FoundationEssentials
import Histogram

/// A histogram as the tools of HdrHistogram print and plot it: value in milliseconds, percentile, count, and
/// 1/(1-percentile).
struct HistogramLog {
    /// Microseconds and how often.
    let pairs: [[UInt64]]

    var text: String {
        var histogram = Histogram<UInt64>(
            lowestDiscernibleValue: 1, highestTrackableValue: LatencyHistogram.longest,
            numberOfSignificantValueDigits: .three)
        for pair in pairs where pair.count == 2 { _ = histogram.record(pair[0], count: pair[1]) }
        var text = ""
        histogram.outputPercentileDistribution(
            to: &text, outputValueUnitScalingRatio: 1000, percentileTicksPerHalfDistance: 5)
        return text
    }
}
