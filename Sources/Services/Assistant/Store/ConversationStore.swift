import EventFlow
import FoundationEssentials
import Postgres

/// What is known of a conversation besides what was said in it, which is in the state store.
struct Conversation: Sendable, Encodable {
    let id: UUID
    let title: String
    let createdAt: Date
    let updatedAt: Date

    private enum CodingKeys: CodingKey {
        case id, title, createdAt, updatedAt
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id.lowercased, forKey: .id)
        try values.encode(title, forKey: .title)
        try values.encode(createdAt, forKey: .createdAt)
        try values.encode(updatedAt, forKey: .updatedAt)
    }
}

/// All SQL on conversations. Every statement names the user.
enum ConversationStore {
    private static let columns: SQL = "id, title, created_at, updated_at"

    private static func conversation(_ row: PostgresRow) throws -> Conversation {
        Conversation(
            id: try row.value("id"), title: try row.value("title"), createdAt: try row.value("created_at"),
            updatedAt: try row.value("updated_at"))
    }

    static func insert(
        _ id: UUID, of user: UUID, title: String, at now: Date, in transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO assistant.conversation (id, user_id, title, created_at, updated_at)
            VALUES (\(id), \(user), \(title), \(now), \(now))
            """)
    }

    static func list(
        of user: UUID, before: (Date, UUID)?, limit: Int, on database: PostgresClient
    ) async throws -> [Conversation] {
        let place = before ?? (Date(timeIntervalSince1970: 32_503_680_000), UUID())
        return try await database.query(
            """
            SELECT \(fragment: columns) FROM assistant.conversation
            WHERE user_id = \(user) AND deleted_at IS NULL AND (updated_at, id) < (\(place.0), \(place.1))
            ORDER BY updated_at DESC, id DESC LIMIT \(limit)
            """
        ).map(conversation)
    }

    static func find(_ id: UUID, of user: UUID, on database: PostgresClient) async throws -> Conversation? {
        try await database.query(
            """
            SELECT \(fragment: columns) FROM assistant.conversation
            WHERE id = \(id) AND user_id = \(user) AND deleted_at IS NULL
            """
        ).first.map(conversation)
    }

    static func rename(
        _ id: UUID, of user: UUID, to title: String, on database: PostgresClient
    ) async throws -> Conversation? {
        try await database.query(
            """
            UPDATE assistant.conversation SET title = \(title)
            WHERE id = \(id) AND user_id = \(user) AND deleted_at IS NULL RETURNING \(fragment: columns)
            """
        ).first.map(conversation)
    }

    static func delete(_ id: UUID, of user: UUID, at now: Date, on database: PostgresClient) async throws
        -> Bool
    {
        try await database.transaction { transaction in
            try transaction.send(
                "DELETE FROM assistant.confirmation WHERE conversation_id = \(id) AND user_id = \(user)")
            try transaction.send(
                "DELETE FROM assistant.turn WHERE conversation_id = \(id) AND user_id = \(user)")
            return try await transaction.execute(
                """
                UPDATE assistant.conversation SET deleted_at = \(now), title = '', undo_tokens = ''
                WHERE id = \(id) AND user_id = \(user) AND deleted_at IS NULL
                """) == 1
        }
    }

    /// Takes the conversation for a turn; nil where it is not the user's, false while another turn has it.
    static func take(
        _ id: UUID, of user: UUID, for turn: UUID, until end: Date, at now: Date,
        in transaction: PostgresTransaction
    ) async throws -> (isFree: Bool, undoTokens: [String])? {
        guard
            let row = try await transaction.query(
                """
                SELECT busy_until < \(now) OR busy_turn IS NULL AS is_free, undo_tokens
                FROM assistant.conversation
                WHERE id = \(id) AND user_id = \(user) AND deleted_at IS NULL FOR UPDATE
                """
            ).first
        else { return nil }
        guard try row.value("is_free", as: Bool.self) else { return (false, []) }
        try await transaction.execute(
            """
            UPDATE assistant.conversation SET busy_turn = \(turn), busy_until = \(end), updated_at = \(now)
            WHERE id = \(id)
            """)
        let tokens: String = try row.value("undo_tokens")
        return (true, tokens.split(separator: " ").map(String.init))
    }

    /// Gives it back, with what the next message can take back.
    static func release(
        _ id: UUID, from turn: UUID, undoTokens: [String]?, in transaction: PostgresTransaction
    ) async throws {
        let tokens = undoTokens?.joined(separator: " ")
        try transaction.send(
            """
            UPDATE assistant.conversation SET busy_turn = NULL, busy_until = '-infinity',
              undo_tokens = coalesce(\(tokens), undo_tokens)
            WHERE id = \(id) AND busy_turn = \(turn)
            """)
    }

    /// The number of the next event of a conversation; events keep their order by it.
    static func nextSequence(_ id: UUID, in transaction: PostgresTransaction) async throws -> Int64 {
        try await transaction.query(
            """
            UPDATE assistant.conversation SET event_sequence = event_sequence + 1 WHERE id = \(id)
            RETURNING event_sequence
            """
        ).first.map { try $0.value(at: 0) } ?? 1
    }

    /// Deleted ones whose words may still be in the state store.
    static func deleted(limit: Int, on database: PostgresClient) async throws -> [UUID] {
        try await database.query(
            "SELECT id FROM assistant.conversation WHERE deleted_at IS NOT NULL LIMIT \(limit)"
        ).map { try $0.value("id") }
    }

    static func forget(_ id: UUID, on database: PostgresClient) async throws {
        try await database.execute(
            "DELETE FROM assistant.conversation WHERE id = \(id) AND deleted_at IS NOT NULL")
    }
}
