import FoundationEssentials
import TodoDomain

/// A message of a user, or the answer to a question.
struct ChatRequest: Decodable, Sendable {
    struct Confirmation: Decodable, Sendable {
        let id: UUID
        let accept: Bool

        private enum CodingKeys: String, CodingKey, CaseIterable { case id, accept }

        init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
            let values = try decoder.container(keyedBy: CodingKeys.self)
            id = try values.decode(UUID.self, forKey: .id)
            accept = try values.decode(Bool.self, forKey: .accept)
        }
    }

    static let longest = 4000

    let message: String
    let conversation: UUID?
    let confirm: Confirmation?

    private enum CodingKeys: String, CodingKey, CaseIterable { case message, conversationId, confirm }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(known: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        confirm = try values.decodeIfPresent(Confirmation.self, forKey: .confirm)
        conversation = try values.decodeIfPresent(UUID.self, forKey: .conversationId)
        let text = try values.decodeIfPresent(String.self, forKey: .message) ?? ""
        message = PlainText.visible(text)
        isMasked = PlainText.holdsInvisible(text)
        var mistakes: [FieldError] = []
        if confirm == nil, message.allSatisfy(\.isWhitespace) {
            mistakes.append(FieldError(pointer: "/message", detail: "must not be empty"))
        }
        if message.utf8.count > Self.longest * 4 || message.count > Self.longest {
            mistakes.append(
                FieldError(pointer: "/message", detail: "must have at most \(Self.longest) characters"))
        }
        if confirm != nil, conversation == nil {
            mistakes.append(FieldError(pointer: "/conversationId", detail: "is required with confirm"))
        }
        guard mistakes.isEmpty else { throw ValidationError(fields: mistakes) }
    }

    /// Whether it held characters that nobody sees.
    let isMasked: Bool

    /// What makes two requests the same.
    var fingerprint: String {
        CheckedCall.digest(
            "\(conversation?.uuidString ?? "")\n\(confirm.map { "\($0.id) \($0.accept)" } ?? "")\n\(message)")
    }

    /// A plain answer to a question: nothing but yes or no, in a few ways of saying it.
    var plainAnswer: Bool? {
        if let confirm { return confirm.accept }
        switch PlainText.skeleton(message) {
        case "yes", "yes please", "y", "ok", "okay", "sure", "do it", "yes do it", "confirm", "go ahead",
            "yep", "yeah",
            "yes go ahead", "confirmed":
            return true
        case "no", "n", "no thanks", "cancel", "don t", "do not", "stop", "nope", "no don t", "never mind",
            "nevermind":
            return false
        default: return nil
        }
    }
}
