import Synchronization

/// Tells the parts of one application's sidecar that it was asked to stop, without touching the others.
final class AppShutdown: Sendable {
    private enum State {
        case running([UInt64: CheckedContinuation<Void, Never>])
        case stopped
    }

    private let state = Mutex(State.running([:]))
    private let tickets = Atomic<UInt64>(0)

    var isRequested: Bool {
        state.withLock { if case .stopped = $0 { true } else { false } }
    }

    func request() {
        let waiters = state.withLock { state in
            guard case .running(let waiters) = state else {
                return [UInt64: CheckedContinuation<Void, Never>]()
            }
            state = .stopped
            return waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns when the stop is requested, or the task cancelled.
    func wait() async {
        let ticket = tickets.add(1, ordering: .relaxed).newValue
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    guard !Task.isCancelled, case .running(var waiters) = state else { return true }
                    waiters[ticket] = continuation
                    state = .running(waiters)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard case .running(var waiters) = state else { return nil }
                let waiter = waiters.removeValue(forKey: ticket)
                state = .running(waiters)
                return waiter
            }
            waiter?.resume()
        }
    }
}
