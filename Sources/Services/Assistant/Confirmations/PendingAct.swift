import EventFlow
import FoundationEssentials
import Postgres
import TodoDomain

/// Something that waits for its owner's word: a call with its exact arguments, held here and nowhere else.
struct PendingAct: Sendable {
    let id: UUID
    let user: UUID
    let conversation: UUID
    let turn: UUID
    let call: CheckedCall
    /// What will change, in words, made by the server from what the tasks say.
    let summary: String
    let affected: Int
    let expiresAt: Date

    /// How it was settled.
    enum State: String, Sendable {
        case waiting, accepted, declined, expired
    }
}

/// All SQL on pending acts. A row is settled once: whoever changes it from `waiting` has it, and nobody after.
enum PendingActStore {
    static func insert(_ act: PendingAct, at now: Date, in transaction: PostgresTransaction) async throws {
        try await transaction.execute(
            """
            INSERT INTO assistant.confirmation
              (id, user_id, conversation_id, turn_id, tool, arguments, digest, summary, affected, state,
               expires_at, created_at)
            VALUES (\(act.id), \(act.user), \(act.conversation), \(act.turn), \(act.call.tool),
              \(act.call.arguments.compact), \(act.call.digest), \(act.summary), \(act.affected), 'waiting',
              \(act.expiresAt), \(now))
            """)
    }

    /// The one that a plain "yes" can mean: the newest of the conversation, while it is good.
    static func waiting(
        in conversation: UUID, of user: UUID, at now: Date, on database: PostgresClient
    ) async throws -> UUID? {
        try await database.query(
            """
            SELECT id FROM assistant.confirmation WHERE conversation_id = \(conversation) AND user_id = \(user)
              AND state = 'waiting' AND expires_at > \(now) ORDER BY created_at DESC, id DESC LIMIT 1
            """
        ).first.map { try $0.value("id") }
    }

    /// Settles one of a user and a conversation, while it is good; nil for any other.
    static func settle(
        _ id: UUID, of user: UUID, in conversation: UUID, as state: PendingAct.State, at now: Date,
        in transaction: PostgresTransaction
    ) async throws -> PendingAct? {
        try await transaction.query(
            """
            UPDATE assistant.confirmation SET state = \(state.rawValue)
            WHERE id = \(id) AND user_id = \(user) AND conversation_id = \(conversation) AND state = 'waiting'
              AND expires_at > \(now)
            RETURNING id, user_id, conversation_id, turn_id, tool, arguments, digest, summary, affected, expires_at
            """
        ).first.flatMap(act)
    }

    /// Settles those that nobody answered: of a conversation, because the talk went on, or those whose time is over.
    static func expire(
        of conversation: UUID?, at now: Date, in transaction: PostgresTransaction
    ) async throws -> [PendingAct] {
        let which: SQL =
            if let conversation { "conversation_id = \(conversation)" } else { "expires_at <= \(now)" }
        return try await transaction.query(
            """
            UPDATE assistant.confirmation SET state = 'expired'
            WHERE id IN (SELECT id FROM assistant.confirmation WHERE state = 'waiting' AND \(fragment: which)
              ORDER BY id LIMIT 200 FOR UPDATE SKIP LOCKED)
            RETURNING id, user_id, conversation_id, turn_id, tool, arguments, digest, summary, affected, expires_at
            """
        ).compactMap(act)
    }

    /// Nil for a row that is not what was written: then nothing is done by it.
    private static func act(_ row: PostgresRow) throws -> PendingAct? {
        let text: String = try row.value("arguments")
        guard let arguments = try? JSONTree(Array(text.utf8)) else { return nil }
        let call = CheckedCall(tool: try row.value("tool"), arguments: arguments)
        guard call.digest == (try row.value("digest", as: String.self)) else { return nil }
        return PendingAct(
            id: try row.value("id"), user: try row.value("user_id"),
            conversation: try row.value("conversation_id"), turn: try row.value("turn_id"), call: call,
            summary: try row.value("summary"), affected: try row.value("affected"),
            expiresAt: try row.value("expires_at"))
    }
}
