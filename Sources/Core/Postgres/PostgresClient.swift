import Glibc
public import Logging
import Tracing

// PostgreSQL for services: safe statements, a pool, transactions, notifications, migrations.
//
// From the bottom: libpq speaks the protocol; `PostgresPoller` is the one thread that drives all
// connections without blocking (a blocking connection per thread would need fifty of them);
// `ConnectionDriver` is one connection's life on that thread; `PoolStateMachine` decides, purely, who gets
// which connection; this file is what a service sees.
//
// Statements are values (`SQL`), so text and data never mix. Every statement is prepared once per
// connection, in the same packet that runs it. A transaction's BEGIN and settings travel with its first
// statement, what it leaves to be sent (`send`) with the next one, and COMMIT with the last of these: a
// transaction that asks for no answer is one round trip, and so is a query with settings. Results come in
// text form, which every type has, and are read where libpq keeps them. A connection whose state is in doubt is
// closed, never reused. Rejected: an ORM, because the services' SQL is their business; a Swift protocol
// stack, because libpq and its TLS are on every machine already.

/// A pool of connections to one database.
public final class PostgresClient: Sendable {
    /// What the client was made with.
    public let configuration: PostgresConfiguration
    let pool: ConnectionPool
    let telemetry: StatementTelemetry
    let notices = CommitNotices()

    /// Connects to nothing yet: the first statement does.
    public init(
        _ configuration: PostgresConfiguration, poller: PostgresPoller = .shared, logger: Logger = .current
    ) {
        self.configuration = configuration
        pool = ConnectionPool(configuration, poller: poller, logger: logger)
        telemetry = StatementTelemetry(configuration)
    }

    deinit { pool.closeNow() }

    /// Runs a statement in a transaction of its own and returns its rows.
    public func query(_ sql: SQL) async throws(PostgresError) -> [PostgresRow] {
        try await run(sql)?.rows ?? []
    }

    /// Runs a statement in a transaction of its own that has settings (`set_config(…, true)`), in one round trip.
    ///
    /// This is how a read learns its user under row-level security without the cost of a `transaction`.
    public func query(_ sql: SQL, settings: [String: String]) async throws(PostgresError) -> [PostgresRow] {
        // Without BEGIN, what comes in one packet is one transaction, and the settings end with it.
        try await run(sql, after: try checkedSettings(settings))?.rows ?? []
    }

    /// Runs a statement in a transaction of its own and returns how many rows it touched.
    @discardableResult
    public func execute(_ sql: SQL) async throws(PostgresError) -> Int {
        try await run(sql)?.affectedRows ?? 0
    }

    /// Runs several statements, without values, as one text. They succeed or fail together unless the text
    /// says otherwise with its own BEGIN and COMMIT.
    public func script(_ sql: String) async throws(PostgresError) {
        try sql.checkIsSendable()
        _ = try await telemetry.observe(sql, isScript: true) { context in
            await self.onAnyConnection(.script(sql), under: context)
        }.get()
    }

    /// Proves that the database answers. Makes no span and no metric, as probes should.
    public func ping() async throws(PostgresError) {
        _ = try await onAnyConnection(.packet([RenderedStatement(text: "SELECT 1")]), under: nil).get()
    }

    /// Refuses new work, lets running statements and transactions end (ten seconds at most), closes all
    /// connections.
    public func close() async {
        await pool.close(patience: .seconds(10))
    }

    private func run(
        _ sql: SQL, after opening: [RenderedStatement] = []
    ) async throws(PostgresError) -> QueryResult? {
        let statement = try sql.checkedStatement()
        return try await telemetry.observe(statement.text, chosenSummary: sql.chosenSummary) { context in
            await self.onAnyConnection(.packet(opening + [statement]), under: context)
        }.get()
    }

    /// A connection that turns out dead before the statement was sent is replaced: after a restart of the
    /// server every idle one is, so there are as many tries as there may be connections, and one more.
    private func onAnyConnection(
        _ work: ConnectionRequest.Work, under context: ServiceContext?
    ) async -> Result<QueryResult?, PostgresError> {
        var triesLeft = configuration.maximumConnections + 1
        while true {
            let connection: UInt64
            do {
                connection = try await pool.acquire(under: context)
            } catch {
                return .failure(error)
            }
            let outcome = await pool.poller.perform { id, complete in
                let request = ConnectionRequest(
                    id: id, work: work, needsIdle: true, patience: configuration.statementLimit,
                    complete: complete)
                pool.run(request, on: connection)
            }
            pool.release(connection, isReusable: outcome.isReusable)
            triesLeft -= 1
            guard outcome.result.isConnectionLost, !outcome.wasSent, triesLeft > 0 else {
                return outcome.result
            }
        }
    }
}

extension Result where Failure == PostgresError {
    var failure: PostgresError? {
        if case .failure(let error) = self { error } else { nil }
    }

    var isConnectionLost: Bool {
        if case .failure(.connectionLost) = self { true } else { false }
    }
}

/// The statements that set what holds for one transaction only, in an order that is always the same.
func checkedSettings(_ settings: [String: String]) throws(PostgresError) -> [RenderedStatement] {
    var statements: [RenderedStatement] = []
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
        try name.checkIsSendable()
        try value.checkIsSendable()
        statements.append(RenderedStatement(text: "SELECT set_config($1, $2, true)", binds: [name, value]))
    }
    return statements
}

extension SQL {
    /// The form the server gets. Text ends at NUL in libpq, so a value that holds one would be cut in
    /// silence.
    func checkedStatement() throws(PostgresError) -> RenderedStatement {
        let statement = rendered
        guard statement.binds.count <= 65_535 else { throw .encoding("more than 65535 values") }
        try statement.text.checkIsSendable()
        for case let value? in statement.binds { try value.checkIsSendable() }
        return statement
    }
}

extension String {
    func checkIsSendable() throws(PostgresError) {
        let holdsNUL = utf8.withContiguousStorageIfAvailable { bytes in
            bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
        }
        if holdsNUL ?? utf8.contains(0) { throw .encoding("text holds a NUL character") }
    }
}
