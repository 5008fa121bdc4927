import TodoDomain

/// Answers without any model: the parser of phrases, and a few sentences.
///
/// It acts on the user's own words alone. What tasks say is shown and compared with, never obeyed.
struct OfflinePlanner: ChatModel {
    let name = "planner"
    let provider = "todo"
    let isExternal = false
    let isMovedByTexts = false

    func reply(to request: ModelRequest, onText: @escaping @Sendable (String) -> Void) async throws
        -> ModelReply
    {
        var reply = PlannerTurn(request).reply()
        if reply.calls.isEmpty { onText(reply.text) } else { reply.finish = .toolCalls }
        return reply
    }
}
