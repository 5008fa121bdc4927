import Synchronization

/// The body of an answer between the transfer thread, which fills it, and one reader, who empties it.
///
/// At `limit` bytes the thread is told to stop receiving; below half of it the reader asks it to go on. So a
/// slow reader slows the server down through TCP, and a body of any length takes bounded memory.
final class ResponseStream: Sendable {
    typealias Head = Result<ResponseHead, HTTPClientError>
    typealias Piece = Result<[UInt8]?, HTTPClientError>

    private struct State {
        var head: Head?
        var headWaiter: CheckedContinuation<Head, Never>?
        var pieces: [[UInt8]] = []
        var firstPiece = 0
        var bufferedBytes = 0
        var highestBufferedBytes = 0
        var isHeldBack = false
        var end: Result<Void, HTTPClientError>?
        var isAbandoned = false
        var reader: CheckedContinuation<Piece, Never>?

        mutating func takePiece() -> [UInt8]? {
            guard firstPiece < pieces.count else { return nil }
            let piece = pieces[firstPiece]
            firstPiece += 1
            bufferedBytes -= piece.count
            if firstPiece == pieces.count {
                pieces.removeAll(keepingCapacity: true)
                firstPiece = 0
            }
            return piece
        }
    }

    static let limit = 256 * 1024
    private let state = Mutex(State())
    private let control: TransferControl?
    private let observation: ExchangeObservation?

    init(control: TransferControl, observation: ExchangeObservation) {
        self.control = control
        self.observation = observation
    }

    /// A body that is there already.
    init(_ body: [UInt8]) {
        control = nil
        observation = nil
        state.withLock { state in
            if !body.isEmpty { state.pieces = [body] }
            state.bufferedBytes = body.count
            state.end = .success(())
        }
    }

    /// The most bytes that ever waited here.
    var highestBufferedBytes: Int {
        state.withLock { $0.highestBufferedBytes }
    }
}

/// The thread's side.
extension ResponseStream {
    func begin(_ head: ResponseHead) {
        observation?.note(status: head.status)
        deliver(.success(head))
    }

    /// False if there is no room: curl keeps the bytes and offers them again when the reader has caught up.
    func offer(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let waiting: (reader: CheckedContinuation<Piece, Never>, piece: [UInt8])?
        let isTaken: Bool
        (isTaken, waiting) = state.withLock { state in
            if let reader = state.reader {
                state.reader = nil
                return (true, (reader, Array(bytes)))
            }
            // What nobody will read takes no room; the transfer is being ended.
            if state.isAbandoned { return (true, nil) }
            guard state.bufferedBytes < Self.limit else {
                state.isHeldBack = true
                return (false, nil)
            }
            state.pieces.append(Array(bytes))
            state.bufferedBytes += bytes.count
            state.highestBufferedBytes = max(state.highestBufferedBytes, state.bufferedBytes)
            return (true, nil)
        }
        if let waiting { waiting.reader.resume(returning: .success(waiting.piece)) }
        return isTaken
    }

    func end(_ end: Result<Void, HTTPClientError>) {
        var failure: HTTPClientError?
        if case .failure(let error) = end { failure = error }
        observation?.end(failure: failure)
        deliver(.failure(failure ?? .connectionLost))
        let reader = state.withLock { state in
            if state.end == nil { state.end = end }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: end.map { nil })
    }

    private func deliver(_ head: Head) {
        let waiter = state.withLock { state in
            guard state.head == nil else { return nil as CheckedContinuation<Head, Never>? }
            state.head = head
            defer { state.headWaiter = nil }
            return state.headWaiter
        }
        waiter?.resume(returning: head)
    }
}

/// The reader's side.
extension ResponseStream {
    func head() async -> Head {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let head = state.withLock { state in
                    if state.head == nil { state.headWaiter = continuation }
                    return state.head
                }
                if let head { continuation.resume(returning: head) }
            }
        } onCancel: {
            control?.cancel()
        }
    }

    /// The next bytes as they came; nil at the end. For one reader at a time.
    func next() async -> Piece {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (piece, goesOn) = state.withLock { state -> (Piece?, Bool) in
                    if let piece = state.takePiece() {
                        let goesOn = state.isHeldBack && state.bufferedBytes <= Self.limit / 2
                        if goesOn { state.isHeldBack = false }
                        return (.success(piece), goesOn)
                    }
                    if let end = state.end { return (end.map { nil }, false) }
                    // Two readers at once are a mistake of the caller; the second finds nothing.
                    if state.reader != nil || state.isAbandoned { return (.success(nil), false) }
                    state.reader = continuation
                    return (nil, false)
                }
                if goesOn { control?.wake() }
                if let piece { continuation.resume(returning: piece) }
            }
        } onCancel: {
            control?.cancel()
        }
    }

    /// Nobody reads any more: the transfer ends, its connection is closed, its span is finished.
    func abandon() {
        let (reader, isRunning) = state.withLock { state in
            state.isAbandoned = true
            state.pieces = []
            state.firstPiece = 0
            state.bufferedBytes = 0
            defer { state.reader = nil }
            return (state.reader, state.end == nil)
        }
        reader?.resume(returning: .success(nil))
        guard isRunning else { return }
        observation?.end(failure: nil)
        control?.cancel()
    }
}
