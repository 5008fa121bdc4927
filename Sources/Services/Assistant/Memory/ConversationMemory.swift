import Dapr
import EventFlow
import FoundationEssentials

/// What was said in a conversation, with the version under which it was read.
struct RememberedTalk: Sendable {
    var messages: [ChatMessage] = []
    var entityTag: String?
    var isNew = true
}

/// Keeps conversations. A conversation is one value; a write must know the version that it replaces.
protocol ConversationMemory: Sendable {
    func load(_ conversation: UUID) async throws -> RememberedTalk
    func save(_ messages: [ChatMessage], over talk: RememberedTalk, as conversation: UUID) async throws
    func forget(_ conversation: UUID) async throws
}

/// Conversations in the state store of the sidecar.
struct StateMemory: ConversationMemory {
    let dapr: DaprClient
    var store = "statestore"
    var lifetime: Duration = .seconds(90 * 86_400)

    private struct Value: Codable {
        var version = 1
        var messages: [ChatMessage]
    }

    private func key(_ conversation: UUID) -> String { "conversation-\(conversation.lowercased)" }

    func load(_ conversation: UUID) async throws -> RememberedTalk {
        guard let item = try await dapr.state(key(conversation), in: store, consistency: .strong) else {
            return RememberedTalk()
        }
        let value = try WireJSON.decode(Value.self, from: item.value)
        return RememberedTalk(messages: value.messages, entityTag: item.etag, isNew: false)
    }

    func save(_ messages: [ChatMessage], over talk: RememberedTalk, as conversation: UUID) async throws {
        let value = try WireJSON.encode(Value(messages: TalkLimits.bounded(messages)))
        try await dapr.saveState(
            [
                StateWrite(
                    key: key(conversation), value: value, etag: talk.entityTag, timeToLive: lifetime,
                    concurrency: .firstWrite, consistency: .strong)
            ], in: store)
    }

    func forget(_ conversation: UUID) async throws {
        try await dapr.deleteState(key(conversation), in: store)
    }
}

/// How much of a conversation is kept.
enum TalkLimits {
    static let messages = 60
    static let bytes = 48 * 1024

    /// The newest part that begins with something the user said, so that a call never stands without its answer. What
    /// the newest turn alone says is kept without its tools when even that is too much.
    static func bounded(_ messages: [ChatMessage], most: Int = messages, bytes: Int = bytes) -> [ChatMessage]
    {
        let starts = messages.indices.filter { messages[$0].role == .user }
        for start in starts where messages.count - start <= most {
            let rest = messages[start...]
            if rest.reduce(0, { $0 + $1.weight }) <= bytes { return Array(rest) }
        }
        guard let last = starts.last else { return [] }
        return messages[last...].filter { $0.role != .tool && $0.calls.isEmpty && !$0.text.isEmpty }.map {
            ChatMessage(role: $0.role, text: String($0.text.prefix(bytes / 8)))
        }
    }
}
