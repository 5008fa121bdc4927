// Tells a server from a pooler that hands its sessions around.
//
// Behind a pooler in transaction mode (PgBouncer, and what managed services offer as the "pooled" address) every
// transaction may run in another session of the server. LISTEN, session settings and prepared statements are then
// lost without an error, so it must be found out before anything relies on them.

extension PostgresConfiguration {
    /// Whether transactions of one connection may run in different sessions of the server.
    ///
    /// Two connections are enough to see it: while the second holds a transaction open, the first may neither share
    /// its session nor be moved to another. A server, or a pooler in session mode, does neither.
    public func sharesSessions() async throws(PostgresError) -> Bool {
        var single = self
        single.maximumConnections = 1
        let (first, second) = (PostgresClient(single), PostgresClient(single))
        let answer: Result<Bool, PostgresError>
        do {
            let before = try await first.session()
            answer = .success(
                try await second.transaction { transaction in
                    let held = try await transaction.session()
                    // The pooler may have no session but this one: the first would wait for it in vain.
                    if held == before { return true }
                    return try await first.session() != before
                })
        } catch let error as PostgresError {
            answer = error.isLostPreparation ? .success(true) : .failure(error)
        } catch {
            answer = .failure(.cancelled)
        }
        await first.close()
        await second.close()
        return try answer.get()
    }
}

extension PostgresError {
    /// A prepared statement that is not there any more, or is there already: somebody else's session.
    fileprivate var isLostPreparation: Bool { sqlState == "26000" || sqlState == "42P05" }
}

private let whichSession: SQL = "SELECT pg_backend_pid() AS session"

extension PostgresClient {
    fileprivate func session() async throws -> Int {
        guard let row = try await query(whichSession).first else { throw PostgresError.connectionLost }
        return try row.value("session")
    }
}

extension PostgresTransaction {
    fileprivate func session() async throws -> Int {
        guard let row = try await query(whichSession).first else { throw PostgresError.connectionLost }
        return try row.value("session")
    }
}
