import Testing

@testable import LocalDapr

struct RetryScheduleTests {
    @Test func `pauses double up to the maximum and last five minutes`() {
        var schedule = RetrySchedule(RetryPolicy())
        var pauses: [Duration] = []
        while !schedule.isExhausted { pauses.append(schedule.nextPause()) }
        #expect(
            pauses.prefix(4) == [
                .milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1600),
            ])
        #expect(pauses.allSatisfy { $0 <= .seconds(15) })
        #expect(pauses.reduce(.zero, +) >= .seconds(300))
        #expect(pauses.dropLast().reduce(.zero, +) < .seconds(300))
    }

    @Test func `an exhausted schedule goes on at the maximum`() {
        var schedule = RetrySchedule(
            RetryPolicy(initial: .seconds(1), maximum: .seconds(2), patience: .seconds(1)))
        #expect(schedule.nextPause() == .seconds(1))
        #expect(schedule.isExhausted)
        #expect(schedule.nextPause() == .seconds(2))
        #expect(schedule.nextPause() == .seconds(2))
    }
}
