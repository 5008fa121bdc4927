import Synchronization
import Tracing

/// Tells listeners that something was committed, after it was.
///
/// NOTIFY inside a transaction takes a lock of the whole database from there to the end of COMMIT, so that commits
/// follow one another with their writes to disk: measured, it costs three quarters of the throughput of small
/// transactions. Sent afterwards and by itself it costs a round trip that nobody waits for, and commits that come
/// close together share one. What is lost when the process dies in between is the notice, never the data: listeners
/// poll as well.
final class CommitNotices: Sendable {
    private struct State {
        var wanted: Set<String> = []
        var isSending = false
    }

    private let state = Mutex(State())

    /// Sends a notice on a channel soon; one that is wanted already is not sent twice.
    func want(_ channels: Set<String>, of client: PostgresClient) {
        let mustStart = state.withLock { state in
            state.wanted.formUnion(channels)
            defer { state.isSending = true }
            return !state.isSending
        }
        guard mustStart else { return }
        // A task of its own: the writer has its answer and must not wait, nor take this along when it is cancelled.
        Task { await send(for: client) }
    }

    private func send(for client: PostgresClient) async {
        // Shared by many writes, it belongs to the trace of none.
        await InstrumentationContext.$current.withValue(nil) {
            while let channels = next() {
                for channel in channels.sorted() {
                    let notice: SQL = "SELECT pg_notify(\(channel), '')"
                    _ = try? await client.execute(notice.summary("NOTIFY \(channel)"))
                }
            }
        }
    }

    private func next() -> Set<String>? {
        state.withLock { state in
            guard !state.wanted.isEmpty else {
                state.isSending = false
                return nil
            }
            defer { state.wanted = [] }
            return state.wanted
        }
    }
}
