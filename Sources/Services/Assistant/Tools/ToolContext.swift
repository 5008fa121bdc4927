import Crypto
import FoundationEssentials
import TodoDomain

/// What a call happens in.
struct ToolContext: Sendable {
    var user: UUID
    /// What the user's own token allows.
    var scopes: Set<String>
    var conversation: UUID
    var turn: UUID
    /// Where the user's clock stands, if that is known.
    var zone: String?
    var deadline: ContinuousClock.Instant
    /// How the last message can be taken back: tokens of the task API, the newest last. Models never see them.
    var undoTokens: [String] = []
}

/// A call that has been read and may be done.
struct CheckedCall: Sendable, Equatable {
    let tool: String
    let arguments: JSONTree
    /// SHA-256 of the tool and its arguments in one spelling.
    let digest: String

    init(tool: String, arguments: JSONTree) {
        self.tool = tool
        self.arguments = arguments
        digest = Self.digest("\(tool)\n\(arguments.sorted.compact)")
    }

    static func digest(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// The call's id: the same turn that asks for the same thing the n-th time always has the same, so that a turn that
    /// is done again after a crash does nothing twice.
    func id(in turn: UUID, occurrence: Int) -> UUID {
        let hash = Array(SHA256.hash(data: Data("\(turn.uuidString)\n\(digest)\n\(occurrence)".utf8)))
        return UUID(
            uuid: (
                hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6] & 0x0F | 0x80, hash[7],
                hash[8] & 0x3F | 0x80, hash[9], hash[10], hash[11], hash[12], hash[13], hash[14], hash[15]
            ))
    }

    /// Tasks that it names.
    var taskIDs: [String] {
        (arguments["ids"]?.texts ?? []) + [arguments["id"]?.text].compactMap { $0 }
    }
}

/// What a tool did.
struct ToolOutcome: Sendable {
    /// Fits the tool's output schema.
    var structured: JSONTree
    var taskIDs: [String] = []
    var undoToken: String?
}
