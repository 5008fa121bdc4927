import FoundationEssentials
import TodoDomain

/// What was said in a conversation, in the roles that models know.
struct ChatMessage: Sendable, Codable, Equatable {
    enum Role: String, Sendable, Codable {
        case system, user, assistant, tool
    }

    /// A call that a model asked for; its arguments are text until they are read.
    struct Call: Sendable, Codable, Equatable {
        var id: String
        var name: String
        var arguments: String
    }

    var role: Role
    var text = ""
    /// Of an assistant's message.
    var calls: [Call] = []
    /// Of a tool's message: which call it answers.
    var callID: String?

    static func user(_ text: String) -> ChatMessage { ChatMessage(role: .user, text: text) }
    static func assistant(_ text: String, calls: [Call] = []) -> ChatMessage {
        ChatMessage(role: .assistant, text: text, calls: calls)
    }
    static func tool(_ text: String, answering id: String) -> ChatMessage {
        ChatMessage(role: .tool, text: text, callID: id)
    }

    /// What it takes in memory and in a request, roughly.
    var weight: Int {
        text.utf8.count + calls.reduce(40) { $0 + $1.arguments.utf8.count + $1.name.utf8.count + 40 }
    }
}
