import TodoDomain

/// What is recorded of a model's calls besides how long they take: what they cost, and, where that was asked for, what
/// was said.
struct ModelRecord: Sendable {
    /// US cents for a million tokens; 0 where nobody said.
    var inputPrice = 0
    var outputPrice = 0
    /// Whether spans hold what was said. Off, unless somebody decides otherwise for a machine of their own: traces are
    /// kept elsewhere, longer, and read by others than tasks are.
    var holdsContent = false

    /// The most letters of content in one attribute.
    private static let longestContent = 16 * 1024

    /// US dollars; nil where no price is known.
    func cost(of reply: ModelReply) -> Double? {
        guard inputPrice > 0 || outputPrice > 0 else { return nil }
        let cents =
            Double(reply.inputTokens) * Double(inputPrice) + Double(reply.outputTokens) * Double(outputPrice)
        return cents / 100_000_000
    }

    /// Messages in the shape of the conventions.
    static func content(_ messages: [ChatMessage], finish: String? = nil) -> String {
        let list = messages.map { message in
            JSONTree.present([
                ("role", .text(message.role.rawValue)), ("parts", .list(parts(of: message))),
                ("finish_reason", finish.map { .text($0) }),
            ])
        }
        return shortened(JSONTree.list(list).compact)
    }

    static func shortened(_ text: String) -> String { String(text.prefix(longestContent)) }

    private static func parts(of message: ChatMessage) -> [JSONTree] {
        if let id = message.callID {
            return [["type": "tool_call_response", "id": .text(id), "response": .text(message.text)]]
        }
        let text: [JSONTree] =
            message.text.isEmpty ? [] : [["type": "text", "content": .text(message.text)]]
        return text
            + message.calls.map { call in
                [
                    "type": "tool_call", "id": .text(call.id), "name": .text(call.name),
                    "arguments": .text(call.arguments),
                ]
            }
    }
}
