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
}
