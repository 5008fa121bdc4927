import Testing

@testable import todo_load

struct ArrivalsTests {
    @Test func `a constant rate is evenly spaced, and an hour of it does not drift`() throws {
        let times = Array(ArrivalTimes(.constant(perSecond: 3), length: .seconds(3600), seed: 1))
        #expect(times.count == 10_800)
        #expect(times.first == .zero && times[3] == .seconds(1))
        #expect(abs((times[10_799] - .seconds(3600) + .milliseconds(333)).inMilliseconds) < 1)
    }

    @Test func `Poisson arrivals come at their rate, in clusters, and the same for the same seed`() {
        let times = Array(ArrivalTimes(.poisson(perSecond: 100), length: .seconds(100), seed: 7))
        #expect((9_600...10_400).contains(times.count))
        #expect(times == Array(ArrivalTimes(.poisson(perSecond: 100), length: .seconds(100), seed: 7)))
        #expect(times != Array(ArrivalTimes(.poisson(perSecond: 100), length: .seconds(100), seed: 8)))
        let gaps = zip(times.dropFirst(), times).map { ($0 - $1).inSeconds }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        // Of an exponential distribution, the deviation is the mean.
        #expect(abs(variance.squareRoot() / mean - 1) < 0.1)
    }

    @Test func `a ramp grows evenly from its first rate to its last`() {
        let times = Array(ArrivalTimes(.ramp(from: 10, to: 30), length: .seconds(10), seed: 1))
        #expect((199...201).contains(times.count))
        #expect(times.count { $0 < .seconds(5) } == 75)
        let falling = Array(ArrivalTimes(.ramp(from: 20, to: 0), length: .seconds(10), seed: 1))
        #expect((99...101).contains(falling.count) && falling == falling.sorted())
        #expect(Array(ArrivalTimes(.ramp(from: 5, to: 5), length: .seconds(2), seed: 1)).count == 10)
    }

    @Test(arguments: [
        "", "fast", "-3", "ramp:5", "ramp:1-2-3", "poisson:", "constant:nan", "sine:3", "1e999",
    ])
    func `what is no rate is refused`(text: String) {
        #expect(Arrivals(text) == nil)
    }

    @Test func `rates are read as they are written`() {
        #expect(Arrivals("50") == .constant(perSecond: 50))
        #expect(Arrivals("poisson:2.5") == .poisson(perSecond: 2.5))
        #expect(Arrivals("ramp:10-100") == .ramp(from: 10, to: 100))
        #expect(Arrivals("0")?.peak == 0)
    }

    @Test func `think times have their mean and no end of the world`() {
        var random = SeededNumbers(seed: 3)
        let think = ThinkTime(mean: .milliseconds(200))
        let pauses = (0..<5000).map { _ in think.pause(&random) }
        let mean = pauses.reduce(.zero, +) / 5000
        #expect(mean > .milliseconds(185) && mean < .milliseconds(210))
        #expect(pauses.allSatisfy { $0 >= .zero && $0 <= .seconds(1) })
        #expect(ThinkTime(mean: .zero).pause(&random) == .zero)
    }
}
