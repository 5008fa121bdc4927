import Testing

@testable import Supervisor

@Suite struct ChildStateMachineTests {
    private let origin = ContinuousClock.now

    private func readyMachine() -> ChildStateMachine {
        var machine = ChildStateMachine()
        _ = machine.start()
        _ = machine.spawned()
        _ = machine.becameReady(at: origin)
        return machine
    }

    @Test func `a child is spawned, then watched until it is ready`() {
        var machine = ChildStateMachine()
        #expect(machine.start() == [.spawn])
        #expect(machine.start().isEmpty)
        #expect(machine.spawned() == [.watchReadiness(within: .seconds(60))])
        #expect(machine.becameReady(at: origin).isEmpty)
        #expect(machine.state == .ready(since: origin))
    }

    @Test func `pauses double from 0.2 s and end at 10 s`() {
        var machine = readyMachine()
        var pauses: [ChildStateMachine.Action] = []
        for _ in 0..<8 {
            pauses += machine.exited(at: origin, how: "")
            #expect(machine.pauseElapsed() == [.spawn])
            _ = machine.spawned()
        }
        let milliseconds = [200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]
        let reports = pauses.filter { if case .reportCrashLoop = $0 { true } else { false } }
        #expect(reports == [.reportCrashLoop(ends: 5, how: "")])
        #expect(machine.isInCrashLoop)
        #expect(
            pauses.filter { !reports.contains($0) }
                == milliseconds.map { .restart(after: .milliseconds($0)) })
    }

    @Test func `half a minute of readiness forgives earlier failures`() {
        var machine = readyMachine()
        for _ in 0..<4 {
            _ = machine.exited(at: origin, how: "")
            _ = machine.pauseElapsed()
            _ = machine.spawned()
        }
        _ = machine.becameReady(at: origin)
        let tooEarly = machine.exited(at: origin.advanced(by: .seconds(29)), how: "")
        #expect(tooEarly.first == .restart(after: .milliseconds(3200)))
        _ = machine.pauseElapsed()
        _ = machine.spawned()
        _ = machine.becameReady(at: origin)
        let later = machine.exited(at: origin.advanced(by: .seconds(30)), how: "")
        #expect(later == [.restart(after: .milliseconds(200))])
    }

    @Test func `a child that was never ready is given up after three attempts`() {
        var machine = ChildStateMachine()
        _ = machine.start()
        for pause in [200, 400] {
            _ = machine.spawned()
            #expect(machine.exited(at: origin, how: "x") == [.restart(after: .milliseconds(pause))])
            #expect(machine.pauseElapsed() == [.spawn])
        }
        _ = machine.spawned()
        #expect(machine.exited(at: origin, how: "exit status 3").isEmpty)
        #expect(machine.state == .failed(reason: "ended before it was ready (exit status 3)"))
    }

    @Test
    func `a child that knows that trying again is no use is given up at once, unless it was ready once`() {
        var machine = ChildStateMachine()
        _ = machine.start()
        _ = machine.spawned()
        #expect(machine.exited(at: origin, how: "exit status 78", isFinal: true).isEmpty)
        #expect(machine.state == .failed(reason: "ended before it was ready (exit status 78)"))
        var ready = readyMachine()
        #expect(
            ready.exited(at: origin, how: "exit status 78", isFinal: true)
                == [.restart(after: .milliseconds(200))])
    }

    @Test func `a first start beyond the deadline is a failure, a later one a restart`() {
        var first = ChildStateMachine()
        _ = first.start()
        _ = first.spawned()
        #expect(first.readinessDeadlinePassed() == [.kill])
        #expect(first.state == .failed(reason: "was not ready within 60 s"))
        #expect(first.exited(at: origin, how: "").isEmpty)

        var later = readyMachine()
        _ = later.exited(at: origin, how: "")
        _ = later.pauseElapsed()
        _ = later.spawned()
        #expect(later.readinessDeadlinePassed() == [.kill])
        #expect(later.exited(at: origin, how: "") == [.restart(after: .milliseconds(400))])
    }

    @Test func `stopping asks first and kills later`() {
        var machine = readyMachine()
        #expect(machine.stopRequested() == [.terminate, .killAfter(.seconds(20))])
        #expect(machine.stopRequested().isEmpty)
        #expect(machine.stoppingTookTooLong() == [.kill])
        #expect(machine.exited(at: origin, how: "").isEmpty)
        #expect(machine.state == .stopped)
        #expect(machine.stoppingTookTooLong().isEmpty)
    }

    @Test func `a child between two lives stops at once and does not come back`() {
        var machine = readyMachine()
        _ = machine.exited(at: origin, how: "")
        #expect(machine.stopRequested().isEmpty)
        #expect(machine.state == .stopped)
        #expect(machine.pauseElapsed().isEmpty)
    }

    @Test func `a failed child that still runs is ended by a stop`() {
        var machine = ChildStateMachine()
        _ = machine.start()
        _ = machine.spawned()
        _ = machine.readinessDeadlinePassed()
        #expect(machine.stopRequested() == [.terminate, .killAfter(.seconds(20))])
        _ = machine.exited(at: origin, how: "")
        #expect(machine.state == .stopped)
    }
}
