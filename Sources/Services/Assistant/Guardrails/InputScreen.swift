import FoundationEssentials

/// Looks whether a text tries to give orders to a model rather than to say what is to be done.
///
/// A hit forbids nothing: it takes away the model's freedom to change tasks without asking (ADR 0021). What is
/// written in other letters, in base64 or backwards is looked at too, in the form that a model would read.
struct InputScreen: Sendable {
    /// Whether a text is suspicious.
    func flags(_ text: String) -> Bool {
        if PlainText.holdsInvisible(text) { return true }
        return Self.views(of: text).contains { view in Self.orders.contains { Self.holds(view, $0) } }
    }

    /// Groups of words; one of each group, in this order and near each other, makes an order.
    private static let orders: [[Set<String>]] = [
        [
            [
                "ignore", "disregard", "forget", "override", "bypass", "ignoriere", "ignora", "oublie",
                "ignorez",
            ],
            [
                "previous", "prior", "above", "earlier", "all", "any", "your", "the", "vorherigen",
                "precedenti",
                "anteriores", "precedentes", "bisherigen",
            ],
            [
                "instructions", "instruction", "prompt", "prompts", "rules", "guidelines", "guardrails",
                "directives", "anweisungen", "istruzioni", "instrucciones", "restrictions", "constraints",
            ],
        ],
        [
            ["reveal", "print", "show", "repeat", "output", "leak", "display", "send", "tell"],
            ["system", "hidden", "initial", "secret", "developer"],
            ["prompt", "instructions", "message", "key", "password", "token", "rules"],
        ],
        [
            ["you", "du", "tu"], ["are", "bist", "act"], ["now", "as", "jetzt"],
            ["dan", "jailbroken", "unrestricted", "root", "admin", "developer"],
        ],
        [
            ["new", "updated"], ["system", "developer", "admin"],
            ["instructions", "prompt", "message", "policy", "override"],
        ],
        [
            ["system", "developer"], ["override", "mode"],
            ["enabled", "activated", "on", "engaged", "delete", "complete"],
        ],
        [
            ["assistant", "ai", "agent", "model", "llm"], ["must", "should", "shall"],
            ["delete", "complete", "send", "call", "ignore", "reveal", "execute"],
        ],
        [
            ["without"], ["asking", "confirmation", "confirming", "telling"],
            ["delete", "user", "me", "complete", "remove", "the"],
        ],
        [
            ["delete", "erase", "remove", "wipe"], ["all", "every", "everything"], ["without"],
            ["asking", "confirmation", "confirming"],
        ],
    ]
    /// How many words may stand between two groups.
    private static let reach = 4

    private static func holds(_ words: [String], _ groups: [Set<String>]) -> Bool {
        guard let first = groups.first else { return false }
        for start in words.indices where first.contains(words[start]) {
            var place = start
            let isWhole = groups.dropFirst().allSatisfy { group in
                let window = words[min(place + 1, words.count)..<min(place + 2 + reach, words.count)]
                guard let next = window.firstIndex(where: group.contains) else { return false }
                place = next
                return true
            }
            if isWhole { return true }
        }
        return false
    }

    private static func views(of text: String) -> [[String]] {
        let limited = String(text.prefix(20_000))
        var views = [words(limited)]
        for token in limited.split(whereSeparator: \.isWhitespace) where token.utf8.count >= 24 {
            if let data = Data(base64Encoded: String(token)),
                let decoded = String(bytes: data, encoding: .utf8)
            {
                views.append(words(decoded))
            }
        }
        views.append(words(String(limited.reversed())))
        return views
    }

    private static func words(_ text: String) -> [String] {
        PlainText.skeleton(text).split(separator: " ").map(String.init)
    }
}
