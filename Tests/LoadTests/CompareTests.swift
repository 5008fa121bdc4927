import Testing

@testable import todo_load

struct CompareTests {
    private func windows(_ count: Int, around value: Double, seed: UInt64) -> Resampling {
        var random = SeededNumbers(seed: seed)
        return Resampling(
            windows: (0..<count).map { _ in
                (0..<50).map { _ in (value * Double.random(in: 0.5...1.5, using: &random), 1.0) }
            })
    }

    @Test func `two samples of the same kind have intervals that meet`() throws {
        let first = try #require(windows(60, around: 10, seed: 1).interval(95))
        let second = try #require(windows(60, around: 10, seed: 2).interval(95, seed: 9))
        #expect(first.overlaps(second) && first.contains(14.5))
        let third = try #require(windows(60, around: 14, seed: 3).interval(95))
        #expect(third.lowerBound > first.upperBound)
    }

    @Test func `windows that are alike within make the interval wide`() throws {
        // Ten slow windows of sixty: requests drawn one by one would hide that they belong together.
        let clustered = Resampling(
            windows: (0..<60).map { number in (0..<50).map { _ in (number % 20 == 0 ? 100.0 : 10.0, 1.0) } })
        let interval = try #require(clustered.interval(95))
        #expect(interval.lowerBound == 10 && interval.upperBound == 100)
        #expect(windows(3, around: 1, seed: 1).interval(95) == nil)
    }

    @Test func `the rank test agrees with a published example`() throws {
        // Two samples without ties: U is 4 of 25 pairs.
        let test = try #require(
            RankTest([3, 4, 2, 6, 2.5].map { ($0, 1) }, [9, 7, 5, 10, 3.5].map { ($0, 1) }))
        #expect(abs(test.superiority - 22.0 / 25) < 1e-9)
        #expect(test.probability > 0.04 && test.probability < 0.08)
        let same = try #require(RankTest([(1, 5), (2, 5)], [(1, 5), (2, 5)]))
        #expect(same.superiority == 0.5 && same.probability == 1)
        #expect(RankTest([], [(1, 1)]) == nil)
    }

    @Test func `counted values weigh as many`() throws {
        let counted = try #require(RankTest([(1, 30), (2, 10)], [(1, 10), (2, 30)]))
        let single = try #require(
            RankTest(
                Array(repeating: (1.0, 1.0), count: 30) + Array(repeating: (2.0, 1.0), count: 10),
                Array(repeating: (1.0, 1.0), count: 10) + Array(repeating: (2.0, 1.0), count: 30)))
        #expect(counted == single && counted.probability < 0.001)
    }
}
