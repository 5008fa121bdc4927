/// The life of one supervised child as a pure value: events go in, what to do comes out.
///
/// Restart with back-off, 0.2 s doubling to 10 s, forgiven after 30 s of being ready. A child that was never ready
/// is given up after a few attempts, and at once when it says itself that its configuration is wrong. One that was
/// ready and then ends again and again is in a crash loop: it is still started again, since what hurts it may pass,
/// but people are told, once for each loop.
struct ChildStateMachine: Sendable {
    enum State: Sendable, Equatable {
        case idle
        case starting
        case ready(since: ContinuousClock.Instant)
        case backingOff
        case stopping
        case stopped
        case failed(reason: String)
    }

    enum Action: Sendable, Equatable {
        case spawn
        /// Ask for readiness until this much time has passed.
        case watchReadiness(within: Duration)
        case restart(after: Duration)
        case terminate
        case killAfter(Duration)
        case kill
        /// Tell people that it ends again and again, and how it ended last.
        case reportCrashLoop(ends: Int, how: String)
    }

    struct Limits: Sendable {
        var startAttempts = 3
        var readiness: Duration = .seconds(60)
        var stopping: Duration = .seconds(20)
        var firstPause: Duration = .milliseconds(200)
        var longestPause: Duration = .seconds(10)
        var forgiveAfter: Duration = .seconds(30)
        /// So many ends without a forgiven one between them are a crash loop.
        var crashLoop = 5
    }

    private(set) var state = State.idle
    /// Ends since the last time the child was ready for long enough.
    private(set) var attempts = 0
    var isInCrashLoop: Bool { wasEverReady && attempts >= limits.crashLoop }
    private let limits: Limits
    private var isAlive = false
    private var wasEverReady = false

    init(limits: Limits = Limits()) { self.limits = limits }

    mutating func start() -> [Action] {
        guard state == .idle else { return [] }
        state = .starting
        return [.spawn]
    }

    mutating func spawned() -> [Action] {
        isAlive = true
        guard state == .starting else { return [.terminate, .killAfter(limits.stopping)] }
        return [.watchReadiness(within: limits.readiness)]
    }

    mutating func becameReady(at now: ContinuousClock.Instant) -> [Action] {
        guard state == .starting, isAlive else { return [] }
        wasEverReady = true
        state = .ready(since: now)
        return []
    }

    /// A first start that never gets ready is a failure; later it is one more reason to restart.
    mutating func readinessDeadlinePassed() -> [Action] {
        guard state == .starting, isAlive else { return [] }
        if !wasEverReady {
            state = .failed(reason: "was not ready within \(limits.readiness.components.seconds) s")
        }
        return [.kill]
    }

    /// - Parameter isFinal: the child says that another attempt would end the same way.
    mutating func exited(at now: ContinuousClock.Instant, how: String, isFinal: Bool = false) -> [Action] {
        isAlive = false
        switch state {
        case .idle, .stopped, .failed, .backingOff:
            return []
        case .stopping:
            state = .stopped
            return []
        case .ready(let since):
            if since.duration(to: now) >= limits.forgiveAfter { attempts = 0 }
        case .starting:
            if !wasEverReady, isFinal || attempts + 1 >= limits.startAttempts {
                attempts += 1
                state = .failed(reason: "ended before it was ready (\(how))")
                return []
            }
        }
        state = .backingOff
        let restart = Action.restart(after: pause)
        attempts += 1
        let isNewLoop = wasEverReady && attempts == limits.crashLoop
        return isNewLoop ? [restart, .reportCrashLoop(ends: attempts, how: how)] : [restart]
    }

    mutating func pauseElapsed() -> [Action] {
        guard state == .backingOff else { return [] }
        state = .starting
        return [.spawn]
    }

    mutating func stopRequested() -> [Action] {
        switch state {
        case .stopping, .stopped:
            return []
        default:
            state = isAlive ? .stopping : .stopped
            return isAlive ? [.terminate, .killAfter(limits.stopping)] : []
        }
    }

    /// Somebody lost patience, or the time for an orderly end is over.
    mutating func stoppingTookTooLong() -> [Action] {
        state == .stopping ? [.kill] : []
    }

    private var pause: Duration {
        // Capped before doubling further: a child that fails for days must not overflow the number.
        let doublings = min(attempts, 16)
        return min(limits.firstPause * (1 << doublings), limits.longestPause)
    }
}
