import Testing

@testable import LocalDapr

struct RetryScheduleTests {
    private func pauses(_ rule: RetryRule?, chance: Double = 0.5, atMost limit: Int = 100) -> [Duration] {
        var schedule = RetrySchedule(rule) { chance }
        var pauses: [Duration] = []
        while pauses.count < limit, let pause = schedule.nextPause() { pauses.append(pause) }
        #expect(schedule.isExhausted == (pauses.count < limit))
        return pauses
    }

    @Test func `without a rule there is one attempt`() {
        #expect(pauses(nil).isEmpty)
    }

    @Test func `constant pauses end after the given number, or never`() {
        #expect(
            pauses(RetryRule(pacing: .constant(.seconds(2)), retries: 3))
                == [.seconds(2), .seconds(2), .seconds(2)])
        #expect(pauses(RetryRule(retries: nil)) == Array(repeating: .seconds(5), count: 100))
        #expect(pauses(RetryRule(retries: 0)).isEmpty)
    }

    @Test func `exponential pauses begin at half a second, grow by half, and stay below the maximum`() {
        let rule = RetryRule(pacing: .exponential(maximum: .seconds(15)), retries: 20)
        let steady = pauses(rule).map(\.inSeconds)
        #expect(steady.prefix(3) == [0.5, 0.75, 1.125])
        #expect(steady.suffix(5) == [15, 15, 15, 15, 15])
        #expect(pauses(rule, chance: 0).map(\.inSeconds) == steady.map { $0 / 2 })
        #expect(pauses(rule, chance: 1).map(\.inSeconds) == steady.map { $0 * 1.5 })
    }

    @Test func `a rule may be for some answers only`() throws {
        var rule = RetryRule()
        #expect(rule.covers(status: 418))
        rule.statusCodes = try #require(RetryRule.statusCodes(in: "429, 500-599"))
        #expect([429, 500, 503, 599, nil, 200].allSatisfy { rule.covers(status: $0) })
        #expect([400, 404, 428, 302].allSatisfy { !rule.covers(status: $0) })
        for wrong in ["x", "500-", "599-500", "99", "600", "1-2-3"] {
            #expect(RetryRule.statusCodes(in: wrong) == nil)
        }
    }
}
