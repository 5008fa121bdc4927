import CCurl
import Glibc
import Synchronization

/// The inbox of the transfer thread, and the thread's life.
final class TransferEngine: Sendable {
    typealias Outcome = Result<HTTPClientResponse, HTTPClientError>

    /// Who gets the answer: as a whole, or as it comes.
    enum Receiver: Sendable {
        case whole(CheckedContinuation<Outcome, Never>)
        case stream(ResponseStream)
    }

    /// An order and who waits for its outcome.
    struct Submission: Sendable {
        let order: TransferOrder
        let receiver: Receiver

        /// The one end of every transfer, also of those that never began.
        func resume(_ outcome: Outcome) {
            order.upload?.close()
            switch receiver {
            case .whole(let continuation): continuation.resume(returning: outcome)
            case .stream(let stream): stream.end(outcome.map { _ in () })
            }
        }
    }

    private struct Inbox {
        var submissions: [Submission] = []
        /// Transfers about which there is news.
        var news: [TransferControl] = []
        var isClosing = false
        var isFinished = false
        var closers: [CheckedContinuation<Void, Never>] = []

        var isQuiet: Bool {
            submissions.isEmpty && news.isEmpty && !isClosing
        }
    }

    /// What the thread takes out of the inbox in one go.
    struct Delivery {
        var submissions: [Submission]
        var news: [TransferControl]
        var isClosing: Bool
    }

    private let inbox = Mutex(Inbox())
    private let bell: Bell?

    init(configuration: HTTPClientConfiguration) {
        guard CurlLibrary.isReady, let multi = curl_multi_init() else {
            bell = nil
            inbox.withLock { $0.isFinished = true }
            return
        }
        bell = Bell(multi: multi)
        let start = ThreadStart(engine: self, multi: multi, configuration: configuration)
        guard start.launch() else {
            inbox.withLock { $0.isFinished = true }
            curl_multi_cleanup(multi)
            return
        }
    }

    /// Hands an order to the thread and waits for the outcome.
    func perform(_ order: TransferOrder) async -> Outcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                submit(Submission(order: order, receiver: .whole(continuation)))
            }
        } onCancel: {
            order.control.cancel()
        }
    }

    /// Hands an order to the thread, which fills the stream.
    func begin(_ order: TransferOrder, into stream: ResponseStream) {
        submit(Submission(order: order, receiver: .stream(stream)))
    }

    /// Has the thread look at a transfer again.
    func wake(_ control: TransferControl) {
        post { inbox in
            if !inbox.isFinished { inbox.news.append(control) }
        }
    }

    /// Asks the thread to end, without waiting.
    func stop() {
        post { $0.isClosing = true }
    }

    /// Asks the thread to end, and waits until it has given everything back.
    func close() async {
        stop()
        await withCheckedContinuation { continuation in
            let isFinished = inbox.withLock { inbox in
                if !inbox.isFinished { inbox.closers.append(continuation) }
                return inbox.isFinished
            }
            if isFinished { continuation.resume() }
        }
    }

    private func submit(_ submission: Submission) {
        let isOpen = post { inbox in
            guard !inbox.isClosing, !inbox.isFinished else { return false }
            inbox.submissions.append(submission)
            return true
        }
        if !isOpen { submission.resume(.failure(.closed)) }
    }

    /// Changes the inbox and wakes the thread, unless it has been woken for earlier news that it has not read
    /// yet.
    @discardableResult
    private func post<Answer>(_ change: (inout sending Inbox) -> Answer) -> Answer where Answer: Sendable {
        inbox.withLock { inbox in
            let wasQuiet = inbox.isQuiet
            let answer = change(&inbox)
            // Within the lock: the thread frees curl's handle only after it set `isFinished` here.
            if wasQuiet, !inbox.isQuiet, !inbox.isFinished { bell?.ring() }
            return answer
        }
    }
}

extension TransferEngine {
    /// Called by the thread: empties the inbox.
    func take() -> Delivery {
        inbox.withLock { inbox in
            let delivery = Delivery(
                submissions: inbox.submissions, news: inbox.news,
                isClosing: inbox.isClosing)
            inbox.submissions = []
            inbox.news = []
            return delivery
        }
    }

    /// Called by the thread as its last act but freeing: nobody touches curl's handle from now on.
    func finish(freeing multi: UnsafeMutableRawPointer) {
        let closers = inbox.withLock { inbox in
            inbox.isFinished = true
            inbox.news = []
            defer { inbox.closers = [] }
            return inbox.closers
        }
        curl_multi_cleanup(multi)
        for closer in closers { closer.resume() }
    }
}

/// Wakes the thread out of its wait.
///
/// Unchecked, because the pointer crosses threads: `curl_multi_wakeup` is the one call that curl documents as
/// safe from any thread, and it is the only thing that can be done with this value.
private struct Bell: @unchecked Sendable {
    private let multi: UnsafeMutableRawPointer

    init(multi: UnsafeMutableRawPointer) {
        self.multi = multi
    }

    func ring() {
        curl_multi_wakeup(multi)
    }
}

/// What the new thread is given, once.
private final class ThreadStart {
    private let engine: TransferEngine
    private let multi: UnsafeMutableRawPointer
    private let configuration: HTTPClientConfiguration

    init(engine: TransferEngine, multi: UnsafeMutableRawPointer, configuration: HTTPClientConfiguration) {
        self.engine = engine
        self.multi = multi
        self.configuration = configuration
    }

    /// False if the system gives no thread.
    func launch() -> Bool {
        let handedOver = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, handedOver.toOpaque())
        guard code == 0 else {
            handedOver.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private func run() {
        // The process's signal handlers belong to other threads, and OpenSSL may raise SIGPIPE on this one.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        TransferLoop(engine: engine, multi: multi, configuration: configuration).run()
    }
}

/// libcurl's process-wide state, set up once and kept for the life of the process.
private enum CurlLibrary {
    static let isReady = ccurl_global_init() == CURLE_OK
}
