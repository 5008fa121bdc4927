import Synchronization

/// What the sidecar knows about its application right now.
final class AppPresence: Sendable {
    private enum State {
        case away
        case subscribed([TopicSubscription])
    }

    private let state = Mutex(State.away)

    /// True once the port is open and the subscriptions are known.
    var isReady: Bool {
        state.withLock { if case .subscribed = $0 { true } else { false } }
    }

    var subscriptions: [TopicSubscription] {
        state.withLock { if case .subscribed(let list) = $0 { list } else { [] } }
    }

    func subscribed(to list: [TopicSubscription]) {
        state.withLock { $0 = .subscribed(list) }
    }

    func leave() {
        state.withLock { $0 = .away }
    }
}
