import EventFlow
import FoundationEssentials
import Postgres

extension PostgresClient {
    /// A transaction that sees the rows of one user only, whatever its statements ask for.
    ///
    /// The setting travels with BEGIN and the first statement, so it costs no round trip.
    func transaction<T: Sendable>(
        for user: UUID, _ body: (PostgresTransaction) async throws -> T
    ) async throws -> T {
        try await transaction(settings: ["app.user_id": user.lowercased], body)
    }
    /// What reads the rows of one user only, each statement in a transaction of its own and in one round trip.
    func reading(for user: UUID) -> UserReads {
        UserReads(database: self, user: user)
    }
}

/// The pool, as one user sees it.
struct UserReads: StatementReader {
    let database: PostgresClient
    let user: UUID

    func query(_ sql: SQL) async throws(PostgresError) -> [PostgresRow] {
        try await database.query(sql, settings: ["app.user_id": user.lowercased])
    }
}
