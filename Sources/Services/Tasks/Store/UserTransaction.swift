import EventFlow
import FoundationEssentials
import Postgres

/// The pool, as one user sees it.
struct UserReads: StatementReader {
    let database: PostgresClient
    let user: UUID
    /// Set for reads of many rows. The planner counts the user's condition twice, in the statement and in the policy, and
    /// so takes the rows of a user with many for few: it would rather read everybody's than walk an index.
    var usesIndexesOnly = false

    func query(_ sql: SQL) async throws(PostgresError) -> [PostgresRow] {
        var settings = ["app.user_id": user.lowercased]
        if usesIndexesOnly { settings["enable_seqscan"] = "off" }
        return try await database.query(sql, settings: settings)
    }
}
