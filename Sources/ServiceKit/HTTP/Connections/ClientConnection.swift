import Synchronization

/// The client of the request that is being served, as the request's task sees it.
///
/// A client who closes his sending side is taken for gone, as most servers do: nobody can tell that from a connection
/// that was closed on both sides before one has written to it.
public final class ClientConnection: Sendable {
    /// Set in everything that is done for a connection; nil in work of our own.
    @TaskLocal static var current: ClientConnection?

    private struct State {
        var isGone = false
        var task: Task<Void, Never>?
    }

    let load: ServerLoad
    private let state = Mutex(State())

    init(load: ServerLoad) {
        self.load = load
    }

    /// Whether the client of the current task has gone: what is done now is done for nobody.
    public static var isGone: Bool { current?.isGone ?? false }

    /// Stops where there is nobody to answer to.
    ///
    /// - Throws: `CancellationError` when the client has gone or the task was cancelled.
    public static func requirePresence() throws {
        if isGone || Task.isCancelled { throw CancellationError() }
    }

    var isGone: Bool { state.withLock { $0.isGone } }

    /// The client went away in the middle of a request: whatever is done for it ends.
    func leave() {
        let task = state.withLock { state in
            state.isGone = true
            return state.task
        }
        task?.cancel()
    }

    /// Does the connection's work, until it is done or the client leaves.
    func serve(_ work: @escaping @Sendable () async -> Void) async {
        let task = Task {
            await Self.$current.withValue(self) { await work() }
        }
        let isGone = state.withLock { state in
            state.task = task
            return state.isGone
        }
        if isGone { task.cancel() }
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        state.withLock { $0.task = nil }
    }
}
