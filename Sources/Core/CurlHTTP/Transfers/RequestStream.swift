import Synchronization

/// The body of a request between its source and the transfer thread; holds one piece at a time.
///
/// The source is asked for the next piece only when curl has taken the last one, so an upload goes no faster
/// than the server reads it.
final class RequestStream: Sendable {
    /// What curl gets when it asks for bytes.
    enum Supply {
        case bytes(Int)
        case later
        case failed
    }

    private struct State {
        var piece: [UInt8] = []
        var taken = 0
        var sent = 0
        var isComplete = false
        var isFailed = false
        var isClosed = false
        var isStarved = false
        var source: CheckedContinuation<Bool, Never>?
        var task: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let control: TransferControl
    private let length: Int?

    init(length: Int?, control: TransferControl) {
        self.length = length
        self.control = control
    }

    /// Starts to draw from the source. The task ends with the transfer.
    func start(_ upload: HTTPUpload) {
        let task = Task { await upload.feed(self) }
        let isClosed = state.withLock { state in
            state.task = task
            return state.isClosed
        }
        if isClosed { task.cancel() }
    }

    /// Hands over one piece and waits until it is taken; false if nobody wants any more.
    func send(_ piece: [UInt8]) async -> Bool {
        if piece.isEmpty { return !state.withLock { $0.isClosed } }
        return await withCheckedContinuation { continuation in
            let (isClosed, wasStarved) = state.withLock { state in
                guard !state.isClosed else { return (true, false) }
                state.piece = piece
                state.taken = 0
                state.source = continuation
                defer { state.isStarved = false }
                return (false, state.isStarved)
            }
            if isClosed { continuation.resume(returning: false) }
            if wasStarved { control.wake() }
        }
    }

    /// Nothing more comes, because it was all or because the source failed.
    func finish(failed: Bool) {
        let wasStarved = state.withLock { state in
            state.isComplete = true
            state.isFailed = failed
            defer { state.isStarved = false }
            return state.isStarved
        }
        if wasStarved { control.wake() }
    }

    /// Called by the thread: copies what is there.
    func supply(_ room: UnsafeMutableRawBufferPointer) -> Supply {
        let (supply, source) = state.withLock { state -> (Supply, CheckedContinuation<Bool, Never>?) in
            guard state.taken < state.piece.count else {
                if state.isFailed { return (.failed, nil) }
                // Fewer bytes than announced would leave the server waiting for the rest.
                if state.isComplete {
                    return (state.sent < length ?? 0 ? .failed : .bytes(0), nil)
                }
                state.isStarved = true
                return (.later, nil)
            }
            let count = min(room.count, state.piece.count - state.taken)
            room.copyBytes(from: state.piece[state.taken..<state.taken + count])
            state.taken += count
            state.sent += count
            guard state.taken == state.piece.count else { return (.bytes(count), nil) }
            defer { state.source = nil }
            return (.bytes(count), state.source)
        }
        source?.resume(returning: true)
        return supply
    }

    /// Called by the thread when the transfer is over, whether all was sent or not.
    func close() {
        let (source, task) = state.withLock { state in
            state.isClosed = true
            defer { state.source = nil }
            return (state.source, state.task)
        }
        source?.resume(returning: false)
        task?.cancel()
    }
}
