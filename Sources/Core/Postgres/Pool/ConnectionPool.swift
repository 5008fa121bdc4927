import Logging
import Synchronization
import Tracing

/// Performs what `PoolStateMachine` decides: opens and closes connections, resumes callers.
final class ConnectionPool: Sendable {
    private typealias Grant = Result<UInt64, PostgresError>

    private struct State {
        var machine: PoolStateMachine
        var waiters: [UInt64: CheckedContinuation<Grant, Never>] = [:]
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    let configuration: PostgresConfiguration
    let poller: PostgresPoller
    private let logger: Logger
    private let metrics: PoolMetrics
    private let state: Mutex<State>

    init(_ configuration: PostgresConfiguration, poller: PostgresPoller, logger: Logger) {
        self.configuration = configuration
        self.poller = poller
        self.logger = logger
        metrics = PoolMetrics(pool: configuration.poolName, maximum: configuration.maximumConnections)
        state = Mutex(State(machine: PoolStateMachine(maximum: configuration.maximumConnections)))
    }

    /// A connection for the caller alone, until `release`.
    ///
    /// - Parameter context: of whoever waits: a wait that somebody could notice is a span of its own in it.
    func acquire(under context: ServiceContext? = .current) async throws(PostgresError) -> UInt64 {
        if Task.isCancelled { throw .cancelled }
        let waiter = poller.nextID()
        let start = ContinuousClock.now
        let grant = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                change { state in
                    state.waiters[waiter] = continuation
                    return state.machine.acquire(waiter: waiter, newID: poller.nextID)
                }
                limitWait(of: waiter)
                // A handler that ran before the waiter stood in line found nothing to abandon.
                if Task.isCancelled { abandon(waiter, .cancelled) }
            }
        } onCancel: {
            abandon(waiter, .cancelled)
        }
        let waited = .now - start
        metrics.waited(waited)
        if let context, waited >= ConnectionWait.noticed {
            ConnectionWait(duration: waited, pool: configuration.poolName).record(
                under: context, grant.failure)
        }
        if grant == .failure(.poolTimeout) { metrics.timedOut() }
        return try grant.get()
    }

    /// How many wait for a connection now.
    var waiterCount: Int { state.withLock { $0.machine.waiterCount } }

    /// Sends something on a leased connection.
    func run(_ request: ConnectionRequest, on connection: UInt64) {
        metrics.exchanged()
        poller.run(request, on: connection)
    }

    func release(_ connection: UInt64, isReusable: Bool) {
        change { $0.machine.release(connection, isReusable: isReusable, newID: poller.nextID) }
    }

    /// Waits for leased connections, at most `patience`.
    func close(patience: Duration) async {
        poller.schedule(after: patience) { [weak self] in
            self?.change { $0.machine.isClosed ? $0.machine.abandonLeases() : [] }
        }
        await withCheckedContinuation { continuation in
            change { state in
                if state.machine.isDrained {
                    continuation.resume()
                    return []
                }
                state.closers.append(continuation)
                return state.machine.shutDown()
            }
        }
    }

    /// For a client that was dropped without being closed.
    func closeNow() {
        change { $0.machine.shutDown() + $0.machine.abandonLeases() }
    }

    private func limitWait(of waiter: UInt64) {
        guard state.withLock({ $0.waiters[waiter] != nil }) else { return }
        poller.schedule(after: configuration.poolWaitTimeout) { [weak self] in
            self?.abandon(waiter, .poolTimeout)
        }
    }

    private func abandon(_ waiter: UInt64, _ error: PostgresError) {
        change { $0.machine.abandon(waiter: waiter, error) }
    }

    private func happened(_ event: ConnectionEvent, to connection: UInt64) {
        switch event {
        case .opened:
            change { $0.machine.opened(connection) }
        case .failed(let error):
            logger.debug(
                "PostgreSQL connection failed", metadata: ["db.namespace": "\(configuration.database)"])
            change { $0.machine.failed(connection, error) }
        case .lost:
            change { $0.machine.lost(connection, newID: poller.nextID) }
        case .notification:
            break
        }
    }

    /// Changes the state under the lock, then acts outside of it.
    private func change(_ body: (inout State) -> [PoolStateMachine.Action]) {
        var resumptions: [() -> Void] = []
        let actions = state.withLock { state in
            let actions = body(&state)
            for action in actions { resumptions += resumption(of: action, &state) }
            metrics.counted(
                idle: state.machine.idle.count, used: state.machine.leased.count,
                waiting: state.machine.waiterCount)
            return actions
        }
        for action in actions {
            switch action {
            case .open(let connection):
                poller.open(connection, configuration) { [weak self] event in
                    self?.happened(event, to: connection)
                }
            case .close(let connection): poller.close(connection)
            case .serve, .refuse, .drained: break
            }
        }
        for resume in resumptions { resume() }
    }

    private func resumption(of action: PoolStateMachine.Action, _ state: inout State) -> [() -> Void] {
        switch action {
        case .serve(let waiter, let connection):
            guard let continuation = state.waiters.removeValue(forKey: waiter) else { return [] }
            return [{ continuation.resume(returning: .success(connection)) }]
        case .refuse(let waiter, let error):
            guard let continuation = state.waiters.removeValue(forKey: waiter) else { return [] }
            return [{ continuation.resume(returning: .failure(error)) }]
        case .drained:
            let closers = state.closers
            state.closers.removeAll()
            return closers.map { closer in { closer.resume() } }
        case .open, .close:
            return []
        }
    }
}
