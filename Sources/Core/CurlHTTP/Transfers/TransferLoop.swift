import CCurl

/// The life of the transfer thread: take orders, let curl work, hand out results, wait.
///
/// Not Sendable on purpose: made by the thread and known to nobody else.
final class TransferLoop {
    private let engine: TransferEngine
    private let multi: UnsafeMutableRawPointer
    private let configuration: HTTPClientConfiguration
    private var running: [UnsafeMutableRawPointer: Transfer] = [:]
    private var handles: [ObjectIdentifier: UnsafeMutableRawPointer] = [:]
    private var idleWatch = IdleWatch()
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
            for control in delivery.news { react(to: control) }
            endSilent()
            var stillRunning: Int32 = 0
            curl_multi_perform(multi, &stillRunning)
            collectResults()
            curl_multi_poll(multi, nil, 0, idleWatch.wait(atMost: Self.longestWaitMilliseconds), nil)
        }
        for (easy, transfer) in running { finish(easy, transfer, .failure(.closed)) }
        for easy in idleHandles { curl_easy_cleanup(easy) }
        engine.finish(freeing: multi)
    }

    private func start(_ submission: TransferEngine.Submission, isClosing: Bool) {
        let transfer = Transfer(submission, permitsAddress: configuration.permitsAddress)
        if isClosing { return submission.resume(.failure(.closed)) }
        if transfer.control.isCancelled { return submission.resume(.failure(.cancelled)) }
        guard let easy = idleHandles.popLast() ?? curl_easy_init() else {
            return submission.resume(.failure(.protocolFailure(code: Int(CURLE_OUT_OF_MEMORY.rawValue))))
        }
        var options = TransferOptions(easy: easy)
        options.apply(configuration)
        options.apply(submission.order)
        options.connect(to: transfer)
        options.guardAddresses(of: transfer)
        guard options.firstFailure == CURLE_OK, curl_multi_add_handle(multi, easy) == CURLM_OK else {
            curl_easy_cleanup(easy)
            return submission.resume(
                .failure(.protocolFailure(code: Int(options.firstFailure.rawValue))))
        }
        running[easy] = transfer
        handles[ObjectIdentifier(transfer.control)] = easy
        if let deadline = transfer.idleDeadline { idleWatch.note(deadline) }
    }

    private func react(to control: TransferControl) {
        // The object in hand is alive, so its identity is nobody else's.
        guard let easy = handles[ObjectIdentifier(control)], let transfer = running[easy] else { return }
        if control.isCancelled { return finish(easy, transfer, .failure(.cancelled)) }
        let code = transfer.unpause(easy)
        if code != CURLE_OK { finish(easy, transfer, transfer.outcome(of: easy, code: code)) }
    }

    private func endSilent() {
        guard idleWatch.isDue else { return }
        for (easy, transfer) in running {
            guard let deadline = transfer.idleDeadline else { continue }
            if deadline <= .now {
                finish(easy, transfer, .failure(.timeout))
            } else {
                idleWatch.note(deadline)
            }
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
        handles[ObjectIdentifier(transfer.control)] = nil
        curl_multi_remove_handle(multi, easy)
        if idleHandles.count < Self.maximumIdleHandles {
            curl_easy_reset(easy)
            idleHandles.append(easy)
        } else {
            curl_easy_cleanup(easy)
        }
        transfer.submission.resume(outcome)
    }
}

/// When to look for silent transfers next. Activity only moves their deadlines back, so a look may come too
/// early, never too late.
private struct IdleWatch {
    private var next: ContinuousClock.Instant?

    /// True when a look is due; the next one is what gets noted during it.
    var isDue: Bool {
        mutating get {
            guard let next, next <= .now else { return false }
            self.next = nil
            return true
        }
    }

    mutating func note(_ deadline: ContinuousClock.Instant) {
        next = min(next ?? deadline, deadline)
    }

    func wait(atMost limit: Int32) -> Int32 {
        guard let next else { return limit }
        return Int32(min(Int(limit), (next - .now).wholeMilliseconds + 1))
    }
}
