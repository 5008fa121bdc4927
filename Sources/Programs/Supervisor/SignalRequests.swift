@preconcurrency import Dispatch
import Glibc

/// Requests to end this process, as a stream: signals from outside, or a failure inside.
struct SignalRequests: Sendable {
    enum Request: Sendable, Equatable {
        /// Ctrl-C, `todo down`, the terminal closed. A second one insists.
        case signal(Int32)
        case failure
    }

    let stream: AsyncStream<Request>
    private let continuation: AsyncStream<Request>.Continuation

    /// From this call on the signals no longer end the process by themselves.
    init(_ signals: [Int32] = [SIGINT, SIGTERM, SIGHUP]) {
        // A reader of our output that goes away must not end the platform.
        signal(SIGPIPE, SIG_IGN)
        let (stream, continuation) = AsyncStream<Request>.makeStream()
        let queue = DispatchQueue(label: "todo.signals")
        let sources = signals.filter { !Self.isIgnoredHangUp($0) }.map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { continuation.yield(.signal(number)) }
            source.resume()
            return source
        }
        continuation.onTermination = { _ in
            for source in sources { source.cancel() }
        }
        self.stream = stream
        self.continuation = continuation
    }

    /// Started by `nohup`, the platform shall outlive the terminal.
    private static func isIgnoredHangUp(_ number: Int32) -> Bool {
        var current = sigaction()
        guard number == SIGHUP, sigaction(number, nil, &current) == 0 else { return false }
        let handler = current.__sigaction_handler.sa_handler
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    func ask() { continuation.yield(.failure) }

    func finish() { continuation.finish() }
}
