import TodoDomain

/// What a model is asked.
struct ModelRequest: Sendable {
    var messages: [ChatMessage]
    var tools: [ToolDefinition]
    /// The moment by the user's clock, and which zone that is in.
    var now: LocalDateTime
    var zone: String?
    /// No answer is awaited after it.
    var deadline: ContinuousClock.Instant
    var mostTokens = 2000
}

/// What a model said.
struct ModelReply: Sendable, Equatable {
    /// Why it ended.
    enum Finish: String, Sendable {
        case stop, length
        case toolCalls = "tool_calls"
        case contentFilter = "content_filter"
    }

    var text = ""
    var calls: [ChatMessage.Call] = []
    var finish = Finish.stop
    var inputTokens = 0
    var outputTokens = 0
    /// As the answer names them.
    var model: String?
    var id: String?
}

/// Why a model said nothing that is of use. Descriptions hold nothing of what was said.
enum ModelFailure: String, Error, Sendable {
    /// Not reachable, or answers with errors of its own.
    case unavailable
    /// Asks us to come later, or has no quota left for us.
    case busy = "rate_limited"
    /// Took too long, at the beginning or in between.
    case timedOut = "timeout"
    /// Broke off in the middle.
    case cut = "stream_cut"
    /// Is not what the protocol says.
    case malformed
    /// Longer than we read.
    case tooLarge = "response_too_large"
    /// Will not take our request, such as for a wrong key or an unknown model.
    case refused
}

/// Something that answers in a conversation and may ask for tools.
protocol ChatModel: Sendable {
    /// As spans, metrics and events name it.
    var name: String { get }
    /// Who runs it, in the words of the conventions.
    var provider: String { get }
    /// Whether what users say leaves this platform for it.
    var isExternal: Bool { get }
    /// Whether what tasks say can change what it does, as with every model that reads them as language.
    var isMovedByTexts: Bool { get }

    /// Answers.
    ///
    /// - Parameter onText: told of each piece of text as it comes.
    /// - Throws: `ModelFailure`, or `CancellationError`.
    func reply(to request: ModelRequest, onText: @escaping @Sendable (String) -> Void) async throws
        -> ModelReply
}
