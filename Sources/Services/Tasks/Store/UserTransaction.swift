import EventFlow
import FoundationEssentials
import Postgres

/// The pool, as one user sees it.
struct UserReads: StatementReader {
    let database: PostgresClient
    let user: UUID

    func query(_ sql: SQL) async throws(PostgresError) -> [PostgresRow] {
        try await database.query(sql, settings: ["app.user_id": user.lowercased])
    }
}
