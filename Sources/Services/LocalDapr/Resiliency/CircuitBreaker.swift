import Synchronization

/// When calls are not even tried: one entry of `spec.policies.circuitBreakers`.
struct BreakerRule: Sendable, Equatable {
    /// Calls let through to see whether it works again.
    var probes = 1
    /// After which time failures are forgotten while all is well; zero for never.
    var interval = Duration.zero
    /// How long it stays open.
    var timeout = Duration.seconds(60)
    /// It opens at so many failures one after another.
    var failures = 6

    /// Reads `consecutiveFailures >= 5` or `> 4`, the two forms that are in use; `nil` for any other.
    static func failures(in trip: String) -> Int? {
        let parts = trip.split(separator: " ").map(String.init)
        guard parts.count == 3, parts[0] == "consecutiveFailures", let number = Int(parts[2]), number >= 0
        else { return nil }
        switch parts[1] {
        case ">=": return max(1, number)
        case ">": return number + 1
        default: return nil
        }
    }
}

/// Counts failures in a row and stops calling for a while when there are too many.
final class CircuitBreaker: Sendable {
    enum State: String, Sendable, Equatable {
        case closed
        case open
        case halfOpen = "half-open"
    }

    private struct Memory {
        var state = State.closed
        var failures = 0
        var probesUnderWay = 0
        var successes = 0
        var since: ContinuousClock.Instant
    }

    private let rule: BreakerRule
    private let now: @Sendable () -> ContinuousClock.Instant
    private let memory: Mutex<Memory>

    init(_ rule: BreakerRule, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.rule = rule
        self.now = now
        memory = Mutex(Memory(since: now()))
    }

    var state: State { memory.withLock { $0.state } }

    /// Whether a call may be made now; one that may must be followed by `note`.
    func admits() -> Bool {
        let now = now()
        return memory.withLock { memory in
            switch memory.state {
            case .closed:
                if rule.interval > .zero, now - memory.since >= rule.interval {
                    memory = Memory(since: now)
                }
                return true
            case .open:
                guard now - memory.since >= rule.timeout else { return false }
                memory = Memory(state: .halfOpen, probesUnderWay: 1, since: now)
                return true
            case .halfOpen:
                guard memory.probesUnderWay + memory.successes < rule.probes else { return false }
                memory.probesUnderWay += 1
                return true
            }
        }
    }

    func note(succeeded: Bool) {
        let now = now()
        memory.withLock { memory in
            memory.probesUnderWay = max(0, memory.probesUnderWay - 1)
            switch (memory.state, succeeded) {
            case (.closed, true): memory.failures = 0
            case (.closed, false):
                memory.failures += 1
                if memory.failures >= rule.failures { memory = Memory(state: .open, since: now) }
            case (.halfOpen, true):
                memory.successes += 1
                if memory.successes >= rule.probes { memory = Memory(since: now) }
            case (.halfOpen, false): memory = Memory(state: .open, since: now)
            case (.open, _): break
            }
        }
    }
}
