import FoundationEssentials

/// What a message is answered with.
struct ChatAnswer: Codable, Sendable, Equatable {
    /// A call that the assistant made.
    struct Call: Codable, Sendable, Equatable {
        var name: String
        /// As JSON text; the user's own words.
        var arguments: String
        /// `done`, `failed` or `waiting`.
        var status: String
        /// For a failure, a word.
        var reason: String?
    }

    /// Something that waits for the user's word.
    struct Question: Codable, Sendable, Equatable {
        var id: String
        var summary: String
        var tool: String
        var affected: Int
        var expiresAt: Date
    }

    var conversationId: String
    var reply: String
    var toolCalls: [Call] = []
    var confirmation: Question?
    /// Who answered.
    var model: String
    /// Whether what the user said left the platform for it.
    var external: Bool
    /// What the user should know besides the answer.
    var notice: String?
    /// To look at what happened.
    var traceId: String?
}

/// What is told of a turn while it goes on.
enum TurnEvent: Sendable {
    case started(conversation: UUID, model: String, notice: String?)
    case text(String)
    case tool(ChatAnswer.Call)
    case finished(ChatAnswer)
    case failed(status: Int, detail: String)
}

/// Who is told; must not wait.
typealias TurnListener = @Sendable (TurnEvent) -> Void
