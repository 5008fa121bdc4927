import Synchronization

/// A question that several may answer; the first answer counts.
final class OneAnswer: Sendable {
    private enum State: Sendable {
        case open
        case asked(CheckedContinuation<Bool, Never>)
        case answered(Bool)
    }

    private let state = Mutex(State.open)

    func wait() async -> Bool {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Bool? in
                if case .answered(let answer) = state { return answer }
                state = .asked(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    func give(_ answer: Bool) {
        let asker = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            switch state {
            case .answered: return nil
            case .open:
                state = .answered(answer)
                return nil
            case .asked(let asker):
                state = .answered(answer)
                return asker
            }
        }
        asker?.resume(returning: answer)
    }
}
