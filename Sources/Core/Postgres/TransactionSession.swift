import Synchronization

/// The connection a transaction holds, and how far the transaction has come.
///
/// fresh (nothing sent) → begun (BEGIN went out with the first statement) → ended
final class TransactionSession: Sendable {
    private enum Phase {
        case fresh
        case begun
        case ended
    }

    private struct State {
        var connection: UInt64
        var phase = Phase.fresh
        /// What waits for the next statement to be sent with.
        var left: [AskedStatement] = []
        /// Statements were left, taken, and never sent: to commit without them would lose them in silence.
        var loss: PostgresError?
        var channels: Set<String> = []
    }

    private let client: PostgresClient
    private let opening: [RenderedStatement]
    private let state: Mutex<State>

    init(_ client: PostgresClient, settings: [RenderedStatement]) async throws(PostgresError) {
        self.client = client
        opening = [RenderedStatement(text: "BEGIN")] + settings
        state = Mutex(State(connection: try await client.pool.acquire()))
    }

    func run(_ sql: SQL) async throws(PostgresError) -> QueryResult? {
        let statement = try AskedStatement(sql)
        return try await exchange(statement).result.get()
    }

    /// Leaves a statement for the next packet.
    func send(_ sql: SQL) throws(PostgresError) {
        let statement = try AskedStatement(sql)
        let isOpen = state.withLock { state in
            guard state.phase != .ended else { return false }
            state.left.append(statement)
            return true
        }
        if !isOpen { throw .closed }
    }

    func run(script: String) async throws(PostgresError) {
        try script.checkIsSendable()
        // The simple protocol cannot share a packet with BEGIN, nor with what waits to be sent.
        if state.withLock({ $0.phase == .fresh || !$0.left.isEmpty }) {
            if let failure = await exchange(nil).failure { throw failure }
        }
        _ = try await client.telemetry.observe(script, isScript: true) { _ in
            await self.submit { _ in .script(script) }.result
        }.get()
    }

    func notifyAfterCommit(_ channel: String) {
        state.withLock { _ = $0.channels.insert(channel) }
    }

    /// COMMIT together with what was left, or nothing when there is nothing to commit. When it throws, `rollBack` has
    /// to follow. The server answers COMMIT of a failed transaction with a friendly ROLLBACK; a body that swallowed the
    /// failure must still hear of it.
    func commit() async throws(PostgresError) {
        let (phase, leaves, loss) = state.withLock { ($0.phase, !$0.left.isEmpty, $0.loss) }
        if let loss { throw loss }
        guard phase == .begun || leaves else {
            end(isReusable: true)
            return
        }
        // COMMIT alone is waited for whatever happens; statements before it can be cancelled as ever.
        let outcome = await exchange(AskedStatement(command: "COMMIT"), shielded: !leaves) { result in
            guard result.commandTag == "ROLLBACK" else { return nil }
            return .server(
                sqlState: "25P02", message: "a statement had failed, so all was rolled back", constraint: nil)
        }
        // Over is also what failed at COMMIT itself, or with its connection; what failed before, or was never sent because
        // the task was cancelled, is still open, for `rollBack` to end.
        let isOver = outcome.wasSent && outcome.isReusable
        if outcome.failure == nil || isOver || outcome.result.isConnectionLost {
            end(isReusable: outcome.isReusable)
        }
        _ = try outcome.result.get()
        let channels = state.withLock { $0.channels }
        if !channels.isEmpty { client.notices.want(channels, of: client) }
    }

    /// Harmless after `commit`.
    func rollBack() async {
        let phase = state.withLock { state in
            state.left.removeAll()
            return state.phase
        }
        guard phase == .begun else {
            if phase == .fresh { end(isReusable: true) }
            return
        }
        let outcome = await exchange(AskedStatement(command: "ROLLBACK"), shielded: true)
        end(isReusable: outcome.isReusable)
    }

    /// Sends what was left and one statement more, in one packet. The first packet takes BEGIN and the settings along,
    /// and may move to another connection when the one it got turns out dead before anything was sent.
    private func exchange(
        _ last: AskedStatement?, shielded: Bool = false,
        check: (QueryResult) -> PostgresError? = { _ in nil }
    ) async -> RequestOutcome {
        var triesLeft = client.configuration.maximumConnections + 1
        var packet: TransactionPacket?
        while true {
            var outcome = await submit(shielded: shielded) { state in
                let taken = packet ?? take(last, from: &state)
                packet = taken
                return taken.work
            }
            triesLeft -= 1
            let isFirst = packet?.opening.isEmpty == false
            if isFirst, !outcome.wasSent, outcome.result.isConnectionLost, triesLeft > 0 {
                guard let error = await moveToAnotherConnection() else { continue }
                outcome = .neverSent(error, isReusable: false)
            }
            if outcome.failure == nil, let result = outcome.results.last, let failure = check(result) {
                outcome = outcome.failing(with: failure)
            }
            packet?.end(outcome)
            if !outcome.wasSent, let failure = outcome.failure, (packet?.asked.count ?? 0) > 1 {
                state.withLock { $0.loss = failure }
            }
            return outcome
        }
    }

    private func take(_ last: AskedStatement?, from state: inout State) -> TransactionPacket {
        defer { state.left.removeAll() }
        return TransactionPacket(
            opening: state.phase == .fresh ? opening : [], asked: state.left + (last.map { [$0] } ?? []),
            telemetry: client.telemetry)
    }

    /// Chooses the work and posts it under one lock: statements of concurrent tasks must not overtake BEGIN.
    private func submit(
        shielded: Bool = false, _ work: (inout State) -> ConnectionRequest.Work
    ) async -> RequestOutcome {
        await client.pool.poller.perform(shielded: shielded) { id, complete in
            state.withLock { state in
                if state.phase == .ended {
                    complete(.neverSent(.closed, isReusable: false))
                    return
                }
                let request = ConnectionRequest(
                    id: id, work: work(&state), needsIdle: state.phase == .fresh,
                    patience: client.configuration.statementLimit, complete: complete)
                state.phase = .begun
                client.pool.run(request, on: state.connection)
            }
        }
    }

    private func moveToAnotherConnection() async -> PostgresError? {
        let dead = state.withLock { $0.connection }
        client.pool.release(dead, isReusable: false)
        do {
            let connection = try await client.pool.acquire()
            state.withLock { state in
                state.connection = connection
                state.phase = .fresh
            }
            return nil
        } catch {
            state.withLock { $0.phase = .ended }
            return error
        }
    }

    private func end(isReusable: Bool) {
        let connection = state.withLock { state -> UInt64? in
            guard state.phase != .ended else { return nil }
            state.phase = .ended
            return state.connection
        }
        if let connection { client.pool.release(connection, isReusable: isReusable) }
    }
}
