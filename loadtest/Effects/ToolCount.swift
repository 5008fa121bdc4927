import Synchronization

/// Calls of the assistant's tools, as its answers tell of them.
final class ToolCount: Sendable {
    private let state = Mutex((all: 0, failed: 0))

    var counts: (all: Int, failed: Int) { state.withLock { $0 } }

    func add(_ learned: Learned, of request: SentRequest) {
        guard request.phase == .measured, learned.toolCalls.all > 0 else { return }
        state.withLock { $0 = ($0.all + learned.toolCalls.all, $0.failed + learned.toolCalls.failed) }
    }
}
