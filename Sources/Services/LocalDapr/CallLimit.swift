import Synchronization

/// At most so many calls into an application at a time: events, bindings, jobs and invocations together.
final class CallLimit: Sendable {
    private struct State {
        /// `nil` without a limit.
        var free: Int?
        var waiters: [(ticket: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        var nextTicket: UInt64 = 0
    }

    private let state: Mutex<State>

    /// No number, or one below 1, means no limit.
    init(_ most: Int?) {
        state = Mutex(State(free: most.flatMap { $0 > 0 ? $0 : nil }))
    }

    /// Runs the call when there is room, first come first served.
    ///
    /// - Throws: `CancellationError` if the wait is cancelled.
    func enter<Success>(_ call: () async throws -> Success) async throws -> Success {
        guard await take() else { throw CancellationError() }
        defer { giveBack() }
        return try await call()
    }

    private func take() async -> Bool {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if Task.isCancelled { return false }
                    guard let free = state.free else { return true }
                    guard free == 0 else {
                        state.free = free - 1
                        return true
                    }
                    state.waiters.append((ticket, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.ticket == ticket }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
    }

    private func giveBack() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let free = state.free else { return nil }
            guard !state.waiters.isEmpty else {
                state.free = free + 1
                return nil
            }
            return state.waiters.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
