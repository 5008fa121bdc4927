import TestSupport

@testable import Postgres

/// Runs a test with a client on a database of its own.
func withDatabase(
    connections: Int = 4, change: (inout PostgresConfiguration) -> Void = { _ in },
    _ body: (PostgresClient) async throws -> Void
) async throws {
    let server = try await PrivatePostgres.shared()
    var configuration = try PostgresConfiguration(url: await server.createDatabase())
    configuration.maximumConnections = connections
    // Tests run beside others on a busy machine; only those about patience are impatient.
    configuration.poolWaitTimeout = .seconds(60)
    configuration.connectTimeout = .seconds(60)
    change(&configuration)
    let client = PostgresClient(configuration)
    do {
        try await body(client)
        await client.close()
    } catch {
        await client.close()
        throw error
    }
}

/// Asks again until the answer is yes; gives up after a minute.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<3000 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(20))
    }
    return false
}

extension PostgresClient {
    /// How many sessions run a statement that contains `text`.
    func running(_ text: String) async throws -> Int {
        try await query(
            """
            SELECT count(*) AS n FROM pg_stat_activity
            WHERE state = 'active' AND pid <> pg_backend_pid() AND position(\(text)::text in query) > 0
            """
        )[0].value("n")
    }

    /// Ends every other session of this database, as an administrator would, and waits until they are gone.
    func endOtherSessions() async throws {
        try await execute(
            """
            SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
    }
}
