import Synchronization

@testable import todo_load

/// Time that passes only when everybody waits for it. One task at a time sleeps: that is all the proofs here need.
final class SimulatedTime: RunTime {
    private let state = Mutex(Duration.zero)

    var now: Duration { state.withLock { $0 } }

    func sleep(until instant: Duration) async throws {
        try Task.checkCancellation()
        advance(to: instant)
    }

    func advance(to instant: Duration) {
        state.withLock { $0 = max($0, instant) }
    }
}

/// Answers in two milliseconds, one request after the other, but for one stall.
struct StallingServer: StepSender {
    let time: SimulatedTime
    let stall: Range<Duration>

    func send(_ step: Step, as user: SimulatedUser, trace: TraceMark) async -> StepOutcome {
        let begin = time.now
        time.advance(to: (stall.contains(begin) ? stall.upperBound : begin) + .milliseconds(2))
        return StepOutcome(status: 200, body: Array("{}".utf8))
    }
}
