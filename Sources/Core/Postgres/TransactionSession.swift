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
        var channels: Set<String> = []
    }

    private let client: PostgresClient
    private let settings: [String: String]
    private let state: Mutex<State>

    init(_ client: PostgresClient, settings: [String: String]) async throws(PostgresError) {
        self.client = client
        self.settings = settings
        state = Mutex(State(connection: try await client.pool.acquire()))
    }

    func run(_ sql: SQL) async throws(PostgresError) -> QueryResult? {
        let statement = try sql.checkedStatement()
        return try await client.telemetry.observe(statement.text, chosenSummary: sql.chosenSummary) {
            await self.run(statement)
        }.get()
    }

    func run(script: String) async throws(PostgresError) {
        try script.checkIsSendable()
        _ = try await client.telemetry.observe(script, isScript: true) {
            // The simple protocol cannot share a packet with BEGIN.
            if self.state.withLock({ $0.phase == .fresh }) {
                let begun = await self.run(nil)
                if case .failure = begun { return begun }
            }
            return await self.submit { _ in .script(script) }.result
        }.get()
    }

    func notifyAfterCommit(_ channel: String) {
        state.withLock { _ = $0.channels.insert(channel) }
    }

    /// COMMIT, or nothing when nothing was sent. The server answers COMMIT of a failed transaction with a
    /// friendly ROLLBACK; a body that swallowed the failure must still hear of it.
    func commit() async throws(PostgresError) {
        guard state.withLock({ $0.phase == .begun }) else {
            end(isReusable: true)
            return
        }
        var isReusable = false
        let result = await client.telemetry.observe("COMMIT") {
            let answer = await self.submit(shielded: true) { _ in
                .statements(before: [], main: RenderedStatement(text: "COMMIT"))
            }
            isReusable = answer.isReusable
            if case .success(let result?) = answer.result, result.commandTag == "ROLLBACK" {
                return .failure(
                    .server(
                        sqlState: "25P02", message: "a statement had failed, so all was rolled back",
                        constraint: nil))
            }
            return answer.result
        }
        end(isReusable: isReusable)
        _ = try result.get()
        let channels = state.withLock { $0.channels }
        if !channels.isEmpty { client.notices.want(channels, of: client) }
    }

    /// Harmless after `commit`.
    func rollBack() async {
        let phase = state.withLock { $0.phase }
        guard phase == .begun else {
            if phase == .fresh { end(isReusable: true) }
            return
        }
        var isReusable = false
        _ = await client.telemetry.observe("ROLLBACK") {
            let outcome = await self.submit(shielded: true) { _ in
                .statements(before: [], main: RenderedStatement(text: "ROLLBACK"))
            }
            isReusable = outcome.isReusable
            return outcome.result
        }
        end(isReusable: isReusable)
    }

    /// The first statement takes BEGIN and the settings along, and may move to another connection when the
    /// one it got turns out dead before anything was sent.
    private func run(_ statement: RenderedStatement?) async -> Result<QueryResult?, PostgresError> {
        var triesLeft = client.configuration.maximumConnections + 1
        while true {
            var wasFirst = false
            let outcome = await submit { phase in
                wasFirst = phase == .fresh
                return .statements(before: wasFirst ? opening : [], main: statement)
            }
            triesLeft -= 1
            guard wasFirst, !outcome.wasSent, outcome.result.isConnectionLost, triesLeft > 0 else {
                return outcome.result
            }
            if let error = await moveToAnotherConnection() { return .failure(error) }
        }
    }

    private var opening: [RenderedStatement] {
        [RenderedStatement(text: "BEGIN")]
            + settings.sorted { $0.key < $1.key }.map {
                RenderedStatement(text: "SELECT set_config($1, $2, true)", binds: [$0.key, $0.value])
            }
    }

    /// Chooses the work and posts it under one lock: statements of concurrent tasks must not overtake BEGIN.
    private func submit(
        shielded: Bool = false, _ work: (Phase) -> ConnectionRequest.Work
    ) async -> RequestOutcome {
        await client.pool.poller.perform(shielded: shielded) { id, complete in
            state.withLock { state in
                if state.phase == .ended {
                    complete(.neverSent(.closed, isReusable: false))
                    return
                }
                let request = ConnectionRequest(
                    id: id, work: work(state.phase), timeLimit: client.configuration.statementLimit,
                    complete: complete)
                state.phase = .begun
                client.pool.poller.run(request, on: state.connection)
            }
        }
    }

    private func moveToAnotherConnection() async -> PostgresError? {
        let dead = state.withLock { $0.connection }
        client.pool.release(dead, isReusable: false)
        do {
            let connection = try await client.pool.acquire()
            state.withLock { $0 = State(connection: connection, channels: $0.channels) }
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
