import Synchronization

/// Where the listeners really listen; a configured port 0 becomes known here.
final class ListenerPorts: Sendable {
    private struct State {
        var ports: [String: Int] = [:]
        var waiters: [(app: String, continuation: CheckedContinuation<Int, Never>)] = []
    }

    private let state = Mutex(State())

    func opened(_ app: String, port: Int) {
        let waiters = state.withLock { state in
            state.ports[app] = port
            let ready = state.waiters.filter { $0.app == app }
            state.waiters.removeAll { $0.app == app }
            return ready.map(\.continuation)
        }
        for waiter in waiters { waiter.resume(returning: port) }
    }

    func closed(_ app: String) {
        state.withLock { $0.ports[app] = nil }
    }

    func isOpen(_ app: String) -> Bool {
        state.withLock { $0.ports[app] != nil }
    }

    /// Waits until the application's listener is open.
    func port(of app: String) async -> Int {
        await withCheckedContinuation { continuation in
            let port = state.withLock { state -> Int? in
                if let port = state.ports[app] { return port }
                state.waiters.append((app, continuation))
                return nil
            }
            if let port { continuation.resume(returning: port) }
        }
    }
}
