import EventFlow
import FoundationEssentials
import Logging
import Postgres
import TodoDomain

/// Tells of tool calls and confirmations on `ai.events`, with the agent as actor: names and digests, never what was said.
struct ToolLedger: Sendable {
    let database: PostgresClient
    let outbox: Outbox
    let logger: Logger

    /// A call that came to its end.
    ///
    /// What it did has its own events from the task API; so a database that is away now costs this one, and not the
    /// user's answer.
    func record(
        _ call: ToolCall, of user: UUID, conversation: UUID, outcome: Result<[String], ToolFailure>
    ) async {
        do {
            try await database.transaction { transaction in
                switch outcome {
                case .success(let ids):
                    let tasks = ids.prefix(200).compactMap { UUID(uuidString: $0).map(EntityID.init) }
                    try await append(
                        EventType.toolInvoked, ToolInvoked(call: call, taskIDs: tasks), about: call.id.uuid,
                        of: user, in: conversation, transaction)
                case .failure(let failure):
                    try await append(
                        EventType.toolFailed, ToolFailed(call: call, reason: failure.reason),
                        about: call.id.uuid, of: user, in: conversation, transaction)
                }
            }
        } catch {
            logger.error("a tool call could not be told of", error: error)
        }
    }

    /// What became of a question, in the transaction that settles it.
    func record(
        _ type: String, _ act: PendingAct, actor: String, in transaction: PostgresTransaction
    ) async throws {
        let payload = ToolConfirmation(
            confirmationID: EntityID(act.id), conversationID: EntityID(act.conversation), tool: act.call.tool,
            argumentsDigest: act.call.digest, affected: act.affected, expiresAt: act.expiresAt)
        try await append(
            type, payload, about: act.id, of: act.user, in: act.conversation, actor: actor, transaction)
    }

    private func append(
        _ type: String, _ payload: some EventPayload, about subject: UUID, of user: UUID,
        in conversation: UUID, actor: String = "agent", _ transaction: PostgresTransaction
    ) async throws {
        let sequence = try await ConversationStore.nextSequence(conversation, in: transaction)
        _ = try await outbox.append(
            OutgoingEvent(
                topic: Topic.assistant, type: type, subject: subject.lowercased,
                partitionKey: conversation.lowercased, sequence: sequence, userID: user.lowercased,
                actor: actor, payload: payload), in: transaction)
    }
}
