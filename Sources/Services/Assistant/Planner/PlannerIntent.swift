import TodoDomain

/// What a clause asks for.
enum PlannerIntent: Sendable, Equatable {
    /// A call that needs to know nothing more.
    case call(String, JSONTree)
    /// A call about tasks that the user describes; the second member is filled with their ids.
    case onTasks(String, TaskReference, JSONTree)
    /// Nothing to do: something to say.
    case say(String)
    case unclear
}

/// How a user speaks of tasks.
enum TaskReference: Sendable, Equatable {
    /// By words of their titles.
    case words([String])
    /// The one, or all, of what was shown last.
    case shown(all: Bool)
    /// By place in what was shown last, from 1; -1 is the last.
    case place(Int)

    /// Reads what stands where a task is expected.
    init(_ text: String) {
        let plain = PlainText.skeleton(text)
        switch plain {
        case "it", "that", "this", "that one", "this one", "that task", "this task", "the task":
            self = .shown(all: false)
        case "them", "all of them", "these", "those", "both", "both of them", "all of these", "all of those":
            self = .shown(all: true)
        default:
            if let place = Self.place(plain) {
                self = .place(place)
            } else {
                self = .words(Self.parts(text))
            }
        }
    }

    private static func place(_ text: String) -> Int? {
        let names = [
            "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "last": -1, "1st": 1,
            "2nd": 2,
            "3rd": 3, "4th": 4, "5th": 5,
        ]
        var words = text.split(separator: " ").map(String.init)
        if words.first == "the" { words.removeFirst() }
        if let last = words.last, ["one", "task", "item"].contains(last), words.count > 1 {
            words.removeLast()
        }
        if words.count == 2, ["number", "no", "task", "item"].contains(words[0]), let number = Int(words[1]) {
            return number
        }
        guard words.count == 1 else { return nil }
        return names[words[0]]
    }

    /// The whole, and if it may be several, each of them.
    private static func parts(_ text: String) -> [String] {
        let bare = Wording.unquoted(text)
        let pieces = bare.replacing(", and ", with: " and ").replacing(", ", with: " and ").split(
            separator: " and ")
        guard pieces.count > 1 else { return [bare] }
        return [bare] + pieces.map { Wording.tidy(String($0)) }.filter { !$0.isEmpty }
    }

    /// What is looked for, by each part.
    var queries: [String] {
        guard case .words(let parts) = self else { return [] }
        return parts.map { Self.content($0).joined(separator: " ") }.filter { !$0.isEmpty }
    }

    private static let small: Set<String> = [
        "the", "a", "an", "my", "our", "task", "tasks", "todo", "item", "one", "about", "to", "for", "of",
        "on", "with",
        "called", "named", "reminder", "that", "this",
    ]

    /// The words that say something.
    static func content(_ text: String) -> [String] {
        let words = PlainText.skeleton(text).split(separator: " ").map(String.init)
        let content = words.filter { !small.contains($0) }
        return content.isEmpty ? words : content
    }
}
