extension PostgresClient {
    /// Runs `body` in a transaction: COMMIT when it returns, ROLLBACK when it throws.
    ///
    /// A body that returns is committed even when its task was cancelled meanwhile: the work is done. When
    /// COMMIT itself fails with `connectionLost`, nobody knows whether it took effect.
    ///
    /// - Parameter settings: Set for this transaction only (`set_config(…, true)`), in the same packet as
    ///   BEGIN and the first statement. This is how row-level security learns its user.
    @discardableResult
    public func transaction<T: Sendable>(
        settings: [String: String] = [:], _ body: (PostgresTransaction) async throws -> T
    ) async throws -> T {
        let session = try await TransactionSession(self, settings: try checkedSettings(settings))
        do {
            let value = try await body(PostgresTransaction(session: session))
            try await session.commit()
            return value
        } catch {
            await session.rollBack()
            throw error
        }
    }
}

/// A transaction's statements. Valid inside the closure it was given to; afterwards everything throws
/// `closed`.
public struct PostgresTransaction: Sendable {
    let session: TransactionSession

    /// Runs a statement and returns its rows.
    public func query(_ sql: SQL) async throws(PostgresError) -> [PostgresRow] {
        try await session.run(sql)?.rows ?? []
    }

    /// Runs a statement and returns how many rows it touched.
    @discardableResult
    public func execute(_ sql: SQL) async throws(PostgresError) -> Int {
        try await session.run(sql)?.affectedRows ?? 0
    }

    /// Leaves a statement to go out together with the next one that is waited for, COMMIT at the latest: it costs no
    /// round trip of its own.
    ///
    /// For what nobody needs the answer of. Its failure is thrown by whatever is waited for next, and then nothing of
    /// the transaction takes place; that it touched no row goes unnoticed.
    public func send(_ sql: SQL) throws(PostgresError) {
        try session.send(sql)
    }

    /// Runs several statements, without values, as one text.
    public func script(_ sql: String) async throws(PostgresError) {
        try await session.run(script: sql)
    }

    /// Tells listeners soon after the transaction has committed, and not at all when it rolls back.
    ///
    /// Cheaper than `notify` by far, at the price that a process that dies right after its commit tells nobody:
    /// for listeners that also poll.
    public func notifyAfterCommit(channel: String) {
        session.notifyAfterCommit(channel)
    }

    /// Tells listeners in the instant of the commit.
    public func notify(channel: String, payload: String = "") async throws(PostgresError) {
        try await execute(SQL("SELECT pg_notify(\(channel), \(payload))").summary("NOTIFY \(channel)"))
    }
}
