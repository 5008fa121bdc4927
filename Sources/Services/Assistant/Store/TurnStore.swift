import FoundationEssentials
import Postgres

/// All SQL on turns: what a request was answered with, so that one that comes twice is done once.
enum TurnStore {
    /// What is known of a request.
    struct Known: Sendable {
        let turn: UUID
        let conversation: UUID
        let fingerprint: String
        let answer: String?
    }

    static func find(_ key: String, of user: UUID, in transaction: PostgresTransaction) async throws -> Known?
    {
        try await transaction.query(
            """
            SELECT id, conversation_id, fingerprint, answer FROM assistant.turn
            WHERE user_id = \(user) AND key = \(key) FOR UPDATE
            """
        ).first.map { row in
            Known(
                turn: try row.value("id"), conversation: try row.value("conversation_id"),
                fingerprint: try row.value("fingerprint"), answer: try row.value("answer"))
        }
    }

    static func insert(
        _ turn: UUID, of user: UUID, key: String, fingerprint: String, conversation: UUID, at now: Date,
        in transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO assistant.turn (id, user_id, key, fingerprint, conversation_id, created_at)
            VALUES (\(turn), \(user), \(key), \(fingerprint), \(conversation), \(now))
            """)
    }

    static func finish(_ turn: UUID, answer: String, in transaction: PostgresTransaction) async throws {
        try await transaction.execute("UPDATE assistant.turn SET answer = \(answer) WHERE id = \(turn)")
    }

    static func prune(before moment: Date, on database: PostgresClient) async throws {
        try await database.execute("DELETE FROM assistant.turn WHERE created_at < \(moment)")
        try await database.execute(
            "DELETE FROM assistant.confirmation WHERE created_at < \(moment) AND state <> 'waiting'")
    }
}
