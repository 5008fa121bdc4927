import Synchronization

/// What the sidecar knows about its application right now.
final class AppPresence: Sendable {
    private enum State {
        case away
        case subscribed([TopicSubscription])
    }

    private struct Memory {
        var state = State.away
        var isUnwell = false
    }

    private let memory = Mutex(Memory())

    /// True once the port is open and the subscriptions are known.
    var isReady: Bool {
        memory.withLock { if case .subscribed = $0.state { true } else { false } }
    }

    /// True after its health check has failed too often, until it answers well again.
    var isUnwell: Bool { memory.withLock { $0.isUnwell } }

    var subscriptions: [TopicSubscription] {
        memory.withLock { if case .subscribed(let list) = $0.state { list } else { [] } }
    }

    func subscribed(to list: [TopicSubscription]) {
        memory.withLock { $0 = Memory(state: .subscribed(list)) }
    }

    func leave(isUnwell: Bool = false) {
        memory.withLock { $0 = Memory(isUnwell: isUnwell) }
    }
}
