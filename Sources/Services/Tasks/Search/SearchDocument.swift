import EventFlow
import FoundationEssentials
import TodoDomain

/// The words of a task in the text form of PostgreSQL's `tsvector`: what is there, where, and how much it weighs.
///
/// Our own words, not those of PostgreSQL's dictionaries: these know one language at a time, and drop what they take for
/// noise. Behind each stands the mark of its user, so that in the index everybody's words lie together and a search
/// walks over nobody else's.
struct SearchDocument {
    /// `tsvector` counts no further.
    private static let lastPosition = 16_383
    /// What one text may add to the dictionary for misspelt words.
    private static let mostKnownWords = 2000
    /// Between fields, so that no phrase spans two.
    private static let gap = 10

    private(set) var text = ""
    /// Each word once, in order.
    let words: [String]

    init(_ task: TodoTask, of user: UUID) {
        let mark = Self.mark(of: user)
        var places: [String: [String]] = [:]
        var position = 1
        func add(_ text: String, weight: String) {
            for token in SearchToken.tokens(of: text, limit: Self.lastPosition) {
                guard position <= Self.lastPosition else { return }
                // It keeps no more places of one word either.
                if places[token.word, default: []].count < 255 {
                    places[token.word, default: []].append("\(position)\(weight)")
                }
                position += 1
            }
            position += Self.gap
        }
        add(task.title, weight: "A")
        for tag in task.tags { add(tag, weight: "B") }
        if let list = task.list { add(list, weight: "C") }
        if let description = task.description { add(description, weight: "D") }
        let all = places.keys.sorted()
        text = all.map { "'\(mark)\($0)':\(places[$0, default: []].joined(separator: ","))" }
            .joined(separator: " ")
        words = Array(all.lazy.filter(Self.canBeMeant).prefix(Self.mostKnownWords))
    }

    /// Random in our ids, so that it tells users apart; the condition on the user stands beside it.
    static func mark(of user: UUID) -> String { String(user.lowercased.suffix(12)) }

    /// Whether a misspelt word can have been meant for it.
    private static func canBeMeant(_ word: String) -> Bool {
        let length = word.unicodeScalars.count
        return length >= SearchQuery.shortestMisspelt - 1 && length <= 40
    }
}

extension SearchQuery {
    /// The text form of `tsquery`. Words are letters and digits only, so that nothing in them needs care.
    func text(for user: UUID) -> String {
        let mark = SearchDocument.mark(of: user)
        return parts.map { part in
            let last = part.words.count - 1
            let phrase = part.words.enumerated().map { index, word in
                "'\(mark)\(word)'\(index == last && part.isPrefix ? ":*" : "")"
            }.joined(separator: " <-> ")
            return "(" + ([phrase] + part.corrections.map { "'\(mark)\($0)'" }).joined(separator: " | ") + ")"
        }.joined(separator: " & ")
    }
}
