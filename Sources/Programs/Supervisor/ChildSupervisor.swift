import Glibc

/// What the supervisor must know to run one child.
struct ChildSpecification: Sendable {
    var record: ProcessRecord
    var launch: ProcessLaunch
    /// The signal that asks for an orderly end.
    var stopSignal = SIGTERM
    /// The signal for one that does not obey; nil kills the whole group.
    var harshSignal: Int32?
    var limits = ChildStateMachine.Limits()
    /// Asked to end before the others are, and waited for in its turn: it prepares its end while they work.
    var isToldFirst = false
    /// What may have changed since the last start, such as keys; read anew for each.
    var lateEnvironment: @Sendable () -> [String: String] = { [:] }
    /// Asks once whether the child can do its work.
    var isReady: @Sendable () async -> Bool

    var name: String { record.name }
}

/// Keeps one child running: carries out what the state machine decides and tells the board about it.
actor ChildSupervisor {
    nonisolated let name: String
    private let specification: ChildSpecification
    private let board: PlatformBoard
    private let clock = ContinuousClock()
    private var machine: ChildStateMachine
    private var process: ChildProcess?
    private var isMisconfigured = false
    private var timer: Task<Void, Never>?
    private var probe: Task<Void, Never>?
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(_ specification: ChildSpecification, board: PlatformBoard) {
        name = specification.name
        self.specification = specification
        self.board = board
        machine = ChildStateMachine(limits: specification.limits)
    }

    /// Starts the child and returns when it is ready; throws when it was given up or told to stop.
    func start() async throws(SupervisorError) {
        perform(machine.start())
        while true {
            switch machine.state {
            case .ready:
                return
            case .failed where isMisconfigured:
                throw .childMisconfigured(name: name, complaint: board.log.lastMessage(of: name))
            case .failed(let reason):
                let lines = board.log.recentLines(of: name)
                throw .childFailed(name: name, reason: reason, lastLines: lines)
            case .stopping, .stopped:
                throw .stopRequested
            case .idle, .starting, .backingOff:
                await nextChange()
            }
        }
    }

    /// Asks the child to end and returns when it has; harshly after the time the limits allow.
    func stop() async {
        perform(machine.stopRequested())
        while machine.state != .stopped { await nextChange() }
    }

    /// Asks the child to end and does not wait, if it shall know before the others.
    func tellIfFirst() {
        if specification.isToldFirst { perform(machine.stopRequested()) }
    }

    /// Asks the child to end and takes no time for it.
    func hurryWhenStopping() {
        perform(machine.stopRequested())
        hurry()
    }

    /// Ends an orderly stop at once.
    func hurry() { perform(machine.stoppingTookTooLong()) }

    private func nextChange() async {
        await withCheckedContinuation { waiters.append($0) }
    }

    private func perform(_ actions: [ChildStateMachine.Action]) {
        for action in actions {
            switch action {
            case .spawn: spawn()
            case .watchReadiness(let limit): watchReadiness(within: limit)
            case .restart(let pause): after(pause) { $0.perform($0.machine.pauseElapsed()) }
            case .terminate: process?.signal(specification.stopSignal)
            case .killAfter(let limit): after(limit) { $0.perform($0.machine.stoppingTookTooLong()) }
            case .kill: kill()
            case .reportCrashLoop(let ends, let how):
                board.reportCrashLoop(of: name, ends: ends, how: how)
            }
        }
        publish()
    }

    private func kill() {
        if let signal = specification.harshSignal { process?.signal(signal) } else { process?.killGroup() }
    }

    private func spawn() {
        do {
            var launch = specification.launch
            launch.environment.merge(specification.lateEnvironment()) { $1 }
            process = try ChildProcess.spawn(launch) { end in
                Task { await self.ended(end) }
            }
            perform(machine.spawned())
        } catch {
            perform(machine.exited(at: clock.now, how: String(describing: error)))
        }
    }

    private func ended(_ end: ProcessEnd) {
        probe?.cancel()
        timer?.cancel()
        process = nil
        isMisconfigured = end.isConfigurationMistake
        perform(
            machine.exited(at: clock.now, how: String(describing: end), isFinal: end.isConfigurationMistake))
    }

    private func watchReadiness(within limit: Duration) {
        let deadline = clock.now.advanced(by: limit)
        probe?.cancel()
        probe = Task {
            while !Task.isCancelled {
                if await specification.isReady() {
                    // The answer may have come from a child that has ended since.
                    if !Task.isCancelled { perform(machine.becameReady(at: clock.now)) }
                    return
                }
                if clock.now >= deadline { return perform(machine.readinessDeadlinePassed()) }
                try? await clock.sleep(for: .milliseconds(50))
            }
        }
    }

    private func after(_ pause: Duration, _ act: @escaping @Sendable (isolated ChildSupervisor) -> Void) {
        timer?.cancel()
        timer = Task {
            do { try await clock.sleep(for: pause) } catch { return }
            act(self)
        }
    }

    private func publish() {
        let state: ProcessRecord.State =
            switch machine.state {
            case .idle: .waiting
            case .starting where machine.isInCrashLoop: .crashLooping
            case .starting: machine.attempts == 0 ? .starting : .restarting
            case .ready: .ready
            case .backingOff: machine.isInCrashLoop ? .crashLooping : .restarting
            case .stopping: .stopping
            case .stopped: .stopped
            case .failed: .failed
            }
        board.update(name, state: state, pid: process?.pid, restarts: machine.attempts)
        let resumed = waiters
        waiters = []
        for waiter in resumed { waiter.resume() }
    }
}
