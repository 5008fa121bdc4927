import Histogram
import Testing

@testable import todo_load

struct LatencyTests {
    @Test func `percentiles are exact to three digits over the whole range`() throws {
        var histogram = LatencyHistogram()
        for microseconds in stride(from: Int64(100), through: 10_000_000, by: 100) {
            histogram.record(.microseconds(microseconds))
        }
        #expect(histogram.count == 100_000)
        for (percent, seconds) in [(50.0, 5.0), (95, 9.5), (99, 9.9), (99.9, 9.99)] {
            let value = try #require(histogram.percentile(percent))
            #expect(abs(value.inSeconds - seconds) / seconds < 0.002)
        }
        #expect(
            histogram.count(within: .seconds(1)) >= 9_990 && histogram.count(within: .seconds(1)) <= 10_020)
        #expect(LatencyHistogram().percentile(99) == nil)
    }

    @Test func `what is absurd is counted, not lost`() throws {
        var histogram = LatencyHistogram()
        histogram.record(.seconds(-3))
        histogram.record(.seconds(100_000))
        #expect(histogram.count == 2)
        let longest = try #require(histogram.longest)
        #expect(abs(longest.inSeconds - 3600) < 4)
    }

    @Test func `the library's own correction agrees with planned starts`() throws {
        var planned = LatencyHistogram()
        var library = Histogram<UInt64>(
            highestTrackableValue: 10_000_000, numberOfSignificantValueDigits: .three)
        // One stall of two seconds among answers of two milliseconds, a hundred wanted each second.
        for number in 0..<2000 {
            let wait = max(0, 2000 - (number - 900) * 10)
            planned.record(.milliseconds(number >= 900 && wait > 2 ? wait : 2))
        }
        for number in 0..<1801 {
            library.recordCorrectedValue(number == 900 ? 2_000_000 : 2_000, expectedInterval: 10_000)
        }
        let ours = try #require(planned.percentile(99)).inMilliseconds
        let theirs = Double(library.valueAtPercentile(99)) / 1000
        #expect(abs(ours - theirs) / theirs < 0.1 && ours > 1000)
    }

    @Test func `coarse latencies are within one percent`() throws {
        var coarse = CoarseLatencies()
        for milliseconds in 1...1000 { coarse.record(.milliseconds(milliseconds)) }
        let p95 = try #require(coarse.percentile(95))
        #expect(abs(p95.inMilliseconds - 950) < 10 && coarse.total == 1000)
        #expect(coarse.counts.count < 1000)
    }

    @Test func `a long run has no more windows than a picture is wide`() {
        var timeline = LatencyTimeline(length: .seconds(3600))
        #expect(timeline.width == .seconds(30))
        timeline.recordEvent(delay: .milliseconds(1), of: .seconds(1_000_000))
        #expect(timeline.windows.count <= LatencyTimeline.mostWindows * 2 + 1)
    }

    @Test func `the log of a histogram ends with everything`() {
        let text = HistogramLog(pairs: [[1000, 90], [20_000, 10]]).text
        #expect(text.contains("1.000 0.5") && text.contains("Total count    =          100"))
    }
}
