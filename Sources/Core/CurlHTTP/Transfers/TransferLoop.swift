import CCurl

/// The life of the transfer thread: take orders, let curl work, hand out results, wait.
///
/// Not Sendable on purpose: made by the thread and known to nobody else.
final class TransferLoop {
    private let engine: TransferEngine
    private let multi: UnsafeMutableRawPointer
    private let configuration: HTTPClientConfiguration
    private var running: [UnsafeMutableRawPointer: Transfer] = [:]
    /// Handles are used again: they carry buffers and parsed options whose allocation is worth saving.
    private var idleHandles: [UnsafeMutableRawPointer] = []
    private static let maximumIdleHandles = 64
    /// Any news ends the wait; the limit only bounds the damage if a wake-up were ever lost.
    private static let longestWaitMilliseconds: Int32 = 10_000

    init(engine: TransferEngine, multi: UnsafeMutableRawPointer, configuration: HTTPClientConfiguration) {
        self.engine = engine
        self.multi = multi
        self.configuration = configuration
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.maximumIdleConnections)
        ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, configuration.maximumConnectionsPerHost)
    }

    /// Runs until the engine is closed.
    func run() {
        while true {
            let delivery = engine.take()
            for submission in delivery.submissions { start(submission, isClosing: delivery.isClosing) }
            if delivery.isClosing { break }
            if delivery.hasCancellations { endCancelled() }
            var stillRunning: Int32 = 0
            curl_multi_perform(multi, &stillRunning)
            collectResults()
            curl_multi_poll(multi, nil, 0, Self.longestWaitMilliseconds, nil)
        }
        for (easy, transfer) in running { finish(easy, transfer, .failure(.closed)) }
        for easy in idleHandles { curl_easy_cleanup(easy) }
        engine.finish(freeing: multi)
    }

    private func start(_ submission: TransferEngine.Submission, isClosing: Bool) {
        let transfer = Transfer(submission)
        if isClosing { return transfer.resume(.failure(.closed)) }
        if transfer.isCancelled { return transfer.resume(.failure(.cancelled)) }
        guard let easy = idleHandles.popLast() ?? curl_easy_init() else {
            return transfer.resume(.failure(.protocolFailure(code: Int(CURLE_OUT_OF_MEMORY.rawValue))))
        }
        var options = TransferOptions(easy: easy)
        options.apply(configuration)
        options.apply(submission.order)
        options.receive(into: transfer)
        guard options.firstFailure == CURLE_OK, curl_multi_add_handle(multi, easy) == CURLM_OK else {
            curl_easy_cleanup(easy)
            return transfer.resume(
                .failure(.protocolFailure(code: Int(options.firstFailure.rawValue))))
        }
        running[easy] = transfer
    }

    private func endCancelled() {
        for (easy, transfer) in running where transfer.isCancelled {
            finish(easy, transfer, .failure(.cancelled))
        }
    }

    private func collectResults() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let transfer = running[easy]
            else { continue }
            let code = message.pointee.data.result
            finish(easy, transfer, transfer.outcome(of: easy, code: code))
        }
    }

    private func finish(
        _ easy: UnsafeMutableRawPointer, _ transfer: Transfer, _ outcome: TransferEngine.Outcome
    ) {
        running[easy] = nil
        curl_multi_remove_handle(multi, easy)
        if idleHandles.count < Self.maximumIdleHandles {
            curl_easy_reset(easy)
            idleHandles.append(easy)
        } else {
            curl_easy_cleanup(easy)
        }
        transfer.resume(outcome)
    }
}
