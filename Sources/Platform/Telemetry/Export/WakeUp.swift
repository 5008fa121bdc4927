import Synchronization

/// How time passes for whoever waits; a test lets it pass by itself.
public struct Pause: Sendable {
    private let sleep: @Sendable (Duration) async throws -> Void

    /// Real time.
    public static let continuous = Pause { try await Task.sleep(for: $0, clock: .continuous) }

    /// - Parameter sleep: returns when the time has passed, throws when its task is cancelled.
    public init(_ sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.sleep = sleep
    }

    func callAsFunction(_ duration: Duration) async throws {
        try await sleep(duration)
    }

    /// Does something later, unless the returned task is cancelled before.
    func task(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> Task<Void, Never> {
        Task {
            guard (try? await sleep(delay)) != nil, !Task.isCancelled else { return }
            action()
        }
    }
}

/// A bell for one sleeper: a ring without a sleeper is kept for the next one.
final class WakeUp: Sendable {
    private enum State: Sendable {
        case quiet
        case rung
        case waiting(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.quiet)

    func signal() {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .waiting(let sleeper) = state else {
                state = .rung
                return nil
            }
            state = .quiet
            return sleeper
        }
        sleeper?.resume()
    }

    /// Returns at the next ring, after the limit, or when the task is cancelled.
    func wait(atMost limit: Duration, pause: Pause) async {
        let alarm = pause.task(after: limit) { [self] in signal() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isRung = state.withLock { state in
                    guard case .quiet = state, !Task.isCancelled else {
                        state = .quiet
                        return true
                    }
                    state = .waiting(continuation)
                    return false
                }
                if isRung { continuation.resume() }
            }
        } onCancel: {
            signal()
        }
        alarm.cancel()
    }
}
