import CPostgres
import Glibc

/// Drives one libpq connection through its life. Lives on the poller's thread only; its pointer never
/// leaves it.
///
/// starting (name look-up on a side thread) → connecting (`PQconnectPoll`) → preparing (session settings) →
/// ready → closed
final class ConnectionDriver {
    enum Phase {
        case starting
        case connecting
        case preparing
        case ready
        case closed
    }

    let id: UInt64
    let configuration: PostgresConfiguration
    private let epoll: Int32
    private let observer: @Sendable (ConnectionEvent) -> Void
    private(set) var phase = Phase.starting
    private(set) var connection: OpaquePointer?
    private var watched: (descriptor: Int32, events: UInt32)?
    private var waiting: [ConnectionRequest] = []
    var current: RunningRequest?
    var statements = StatementCache()
    var namesToDeallocate: [String] = []
    /// A cancellation was sent that did not hit its statement; it might hit another.
    var isTainted = false
    var deadline: ContinuousClock.Instant?

    init(
        id: UInt64, configuration: PostgresConfiguration, epoll: Int32,
        observer: @escaping @Sendable (ConnectionEvent) -> Void
    ) {
        self.id = id
        self.configuration = configuration
        self.epoll = epoll
        self.observer = observer
    }

    var isClosed: Bool { phase == .closed }

    // MARK: Connecting

    func start(inbox: PollerInbox) {
        deadline = .now + configuration.connectTimeout
        let (id, parameters) = (id, configuration.connectionParameters)
        let isStarted = startThread {
            let pointer = withParameters(parameters) { PQconnectStartParams($0, $1, 1) }
            inbox.post(.started(id, pointer.map(ForeignPointer.init)))
        }
        if !isStarted { close(.connectionFailed("no thread left")) }
    }

    func started(_ pointer: OpaquePointer?) {
        connection = pointer
        guard let pointer, PQstatus(pointer) != CONNECTION_BAD else {
            close(connectionFailure())
            return
        }
        cpq_silence_notices(pointer)
        phase = .connecting
        watch(CPQ_WRITABLE)
    }

    private func continueConnecting() {
        switch PQconnectPoll(connection) {
        case PGRES_POLLING_READING: watch(CPQ_READABLE)
        case PGRES_POLLING_WRITING: watch(CPQ_WRITABLE)
        case PGRES_POLLING_OK:
            guard PQsetnonblocking(connection, 1) == 0 else {
                close(connectionFailure())
                return
            }
            phase = .preparing
            begin(
                ConnectionRequest(
                    id: 0, work: .script(configuration.sessionScript),
                    timeLimit: configuration.connectTimeout,
                    complete: { _ in }))
        default: close(connectionFailure())
        }
    }

    /// libpq's text names host, port, role and reason, never the password; its later lines only guess.
    private func connectionFailure() -> PostgresError {
        let text = connection.flatMap { PQerrorMessage($0) }.map { String(cString: $0) } ?? "out of memory"
        let line = text.split(separator: "\n").first.map(String.init) ?? "no reason given"
        return .connectionFailed(line)
    }

    // MARK: Events

    func becameReady() {
        switch phase {
        case .starting, .closed: return
        case .connecting: continueConnecting()
        case .preparing, .ready:
            guard PQconsumeInput(connection) == 1 else {
                lose()
                return
            }
            flush()
            if !isClosed { readResults() }
            if !isClosed { readNotifications() }
        }
    }

    func deadlinePassed() {
        deadline = nil
        switch phase {
        case .starting, .connecting, .preparing:
            close(.connectionFailed("no answer within \(configuration.connectTimeout)"))
        case .ready: close(current?.wasCancelled == true ? .cancelled : .timeout)
        case .closed: break
        }
    }

    private func readNotifications() {
        while let notification = PQnotifies(connection) {
            let channel = notification.pointee.relname.map { String(cString: $0) } ?? ""
            let payload = notification.pointee.extra.map { String(cString: $0) } ?? ""
            PQfreemem(notification)
            observer(.notification(channel: channel, payload: payload))
        }
    }

    // MARK: Requests

    func run(_ request: ConnectionRequest) {
        waiting.append(request)
        startNext()
    }

    func cancel(_ request: UInt64) {
        if let index = waiting.firstIndex(where: { $0.id == request }) {
            waiting.remove(at: index).complete(.neverSent(.cancelled, isReusable: isQuiet))
        } else if current?.request.id == request, current?.wasCancelled == false {
            current?.wasCancelled = true
            deadline = .now + .seconds(2)
            sendCancellation()
        }
    }

    /// `PQcancel` opens a connection of its own and waits for it to be closed, so it gets a thread of its
    /// own.
    private func sendCancellation() {
        guard let handle = PQgetCancel(connection) else { return }
        let ticket = ForeignPointer(handle)
        let isStarted = startThread {
            var reason = [CChar](repeating: 0, count: 256)
            PQcancel(ticket.pointer, &reason, Int32(reason.count))
            PQfreeCancel(ticket.pointer)
        }
        // Without the thread the deadline closes the connection, which ends the statement too.
        if !isStarted { PQfreeCancel(handle) }
    }

    private func startNext() {
        guard phase == .ready, current == nil, !waiting.isEmpty else { return }
        guard isStillConnected() else {
            lose()
            return
        }
        begin(waiting.removeFirst())
    }

    /// Reads what has arrived since: a server that went away has said so, and the statement need not be
    /// lost with it.
    private func isStillConnected() -> Bool {
        var probe = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
        var rounds = 0
        while rounds < 4, poll(&probe, 1, 0) > 0 {
            guard PQconsumeInput(connection) == 1 else { return false }
            readNotifications()
            rounds += 1
        }
        return PQstatus(connection) == CONNECTION_OK
    }

    private func begin(_ request: ConnectionRequest, isRetry: Bool = false) {
        if request.needsIdle, PQtransactionStatus(connection) != PQTRANS_IDLE {
            // Closing rolls back what somebody left open; to run in it would commit the two together.
            request.complete(.neverSent(.connectionLost, isReusable: false))
            lose()
            return
        }
        guard var running = send(request) else {
            request.complete(.neverSent(.connectionLost, isReusable: false))
            lose()
            return
        }
        running.isRetry = isRetry
        current = running
        if phase == .ready { deadline = request.timeLimit.map { .now + $0 } }
        flush()
    }

    /// All results of the current request are in.
    func finish() {
        guard let running = current else { return }
        current = nil
        if phase == .ready { deadline = nil }
        if PQstatus(connection) == CONNECTION_BAD {
            current = running
            lose()
            return
        }
        if retriesStaleStatement(running) { return }
        var failure = running.failure?.error
        if failure?.sqlState == "57014" { failure = running.wasCancelled ? .cancelled : .timeout }
        if running.wasCancelled, running.failure?.error.sqlState != "57014" { isTainted = true }
        if phase == .preparing {
            becomeReady(failure)
        } else {
            let isReusable = waiting.isEmpty && isQuiet
            running.request.complete(
                RequestOutcome(
                    results: running.results, failure: failure, wasSent: true, isReusable: isReusable))
        }
        startNext()
    }

    /// A table changed under a prepared statement, or somebody dropped it: prepare it anew. Inside a
    /// transaction the failure has already spoiled everything before it, so there it is only forgotten.
    private func retriesStaleStatement(_ running: RunningRequest) -> Bool {
        guard let staleness = running.staleness else { return false }
        switch staleness {
        case .forgotten: statements.forgetAll()
        case .outdated(let text):
            if let name = statements.forget(text) { namesToDeallocate.append(name) }
        }
        guard !running.isRetry, !running.wasCancelled, isQuiet else { return false }
        begin(running.request, isRetry: true)
        return true
    }

    private func becomeReady(_ failure: PostgresError?) {
        if let error = failure {
            close(.connectionFailed(error.description))
            return
        }
        phase = .ready
        deadline = nil
        observer(.opened)
    }

    private var isQuiet: Bool {
        phase == .ready && current == nil && !isTainted && PQtransactionStatus(connection) == PQTRANS_IDLE
    }

    // MARK: Socket

    func flush() {
        switch PQflush(connection) {
        case 0: watch(CPQ_READABLE)
        case 1: watch(CPQ_READABLE | CPQ_WRITABLE)
        default: lose()
        }
    }

    private func watch(_ events: UInt32) {
        let descriptor = PQsocket(connection)
        // While connecting, libpq may have closed one socket and opened another under the same number.
        if phase == .ready, let watched, watched == (descriptor, events) { return }
        guard descriptor >= 0, cpq_epoll_watch(epoll, descriptor, events, id) == 0 else {
            close(.connectionFailed("the socket cannot be watched"))
            return
        }
        watched = (descriptor, events)
    }

    // MARK: Ending

    func lose() {
        close(phase == .ready ? .connectionLost : connectionFailure())
    }

    /// Ends the connection and answers everybody who waits for it.
    func close(_ reason: PostgresError) {
        guard phase != .closed else { return }
        let wasReady = phase == .ready
        phase = .closed
        deadline = nil
        if let connection {
            if PQsocket(connection) >= 0 { cpq_epoll_forget(epoll, PQsocket(connection)) }
            PQfinish(connection)
        }
        connection = nil
        if let running = current {
            let error: PostgresError = running.wasCancelled ? .cancelled : reason
            running.request.complete(
                RequestOutcome(
                    results: running.results, failure: error, wasSent: true, isReusable: false))
        }
        current = nil
        for request in waiting { request.complete(.neverSent(reason, isReusable: false)) }
        waiting.removeAll()
        observer(wasReady ? .lost : .failed(reason))
    }
}
