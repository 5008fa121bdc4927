import Glibc
import Synchronization

/// Chunks that a test hands to a streaming answer one by one, as `next` of `TinyHTTPServer.Reply.streamed`.
public final class ChunkFeed: Sendable {
    private struct State {
        var chunks: [[UInt8]] = []
        var isFinished = false
    }

    private let state = Mutex(State())
    private let pipe: (read: Int32, write: Int32)

    /// The system gave no pipe.
    public struct NoPipe: Error {}

    /// An empty feed.
    public init() throws {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw NoPipe() }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        pipe = (ends[0], ends[1])
    }

    deinit {
        close(pipe.read)
        close(pipe.write)
    }

    /// Lets one more chunk out.
    public func push(_ text: String) {
        push(Array(text.utf8))
    }

    /// Lets one more chunk out.
    public func push(_ bytes: [UInt8]) {
        state.withLock { $0.chunks.append(bytes) }
        ring()
    }

    /// Ends the answer.
    public func finish() {
        state.withLock { $0.isFinished = true }
        ring()
    }

    /// Waits for the next chunk; blocks the calling thread.
    public func next() -> [UInt8]? {
        var byte: UInt8 = 0
        while read(pipe.read, &byte, 1) < 0, errno == EINTR {}
        return state.withLock { $0.chunks.isEmpty ? nil : $0.chunks.removeFirst() }
    }

    private func ring() {
        var byte: UInt8 = 1
        _ = write(pipe.write, &byte, 1)
    }
}
