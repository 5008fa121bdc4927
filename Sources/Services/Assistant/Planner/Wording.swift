/// Patterns on what people say. A pattern is tried on the whole of a clause, in small or capital letters.
enum Wording {
    /// A word ends before an apostrophe: `today's` holds `today`.
    private static func compiled(_ pattern: String) -> Regex<AnyRegexOutput>? {
        try? Regex(pattern).ignoresCase().wordBoundaryKind(.simple)
    }

    /// What the groups of a pattern took; nil when it does not fit. A group that took nothing is empty.
    static func match(_ pattern: String, _ text: String) -> [String]? {
        guard let regex = compiled(pattern), let found = try? regex.wholeMatch(in: text)
        else {
            return nil
        }
        return found.output.dropFirst().map { $0.substring.map { String($0) } ?? "" }
    }

    /// The first of several patterns that fits.
    static func match(any patterns: [String], _ text: String) -> [String]? {
        for pattern in patterns { if let found = match(pattern, text) { return found } }
        return nil
    }

    /// Takes a pattern out of a text; what its groups took, and what is left.
    static func extract(_ pattern: String, from text: inout String) -> [String]? {
        guard let regex = compiled(pattern), let found = try? regex.firstMatch(in: text)
        else {
            return nil
        }
        let groups = found.output.dropFirst().map { $0.substring.map { String($0) } ?? "" }
        text.replaceSubrange(found.range, with: " ")
        text = tidy(text)
        return groups
    }

    /// One blank between words, and no signs at the ends.
    static func tidy(_ text: String) -> String {
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        while let last = words.last, [",", ";", ":", "-", ".", "and", "&"].contains(last.lowercased()) {
            words.removeLast()
        }
        while let first = words.first, [",", ";", ":", "-", "and"].contains(first.lowercased()) {
            words.removeFirst()
        }
        var joined = words.joined(separator: " ")
        while let last = joined.last, ",;:".contains(last) { joined.removeLast() }
        return joined
    }

    static func unquoted(_ text: String) -> String {
        let signs: Set<Character> = ["\"", "“", "”", "'", "‘", "’"]
        guard text.count > 2, let first = text.first, let last = text.last, signs.contains(first),
            signs.contains(last)
        else { return text }
        return String(text.dropFirst().dropLast())
    }

    static let openings = [
        "please ", "can you ", "could you ", "would you ", "will you ", "hey, ", "hey ", "ok, ", "ok ",
        "okay, ",
        "also ", "then ", "and ", "now ", "i'd like you to ", "i want you to ", "just ", "so ", "hi, ", "hi ",
    ]

    /// A clause without what is said for politeness.
    static func plain(_ clause: String) -> String {
        var text = clause.replacing("’", with: "'")
        text = tidy(text)
        while let last = text.last, "?!.".contains(last) { text.removeLast() }
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for opening in openings where text.lowercased().hasPrefix(opening) && text.count > opening.count {
                text = String(text.dropFirst(opening.count))
                hasChanged = true
            }
        }
        for closing in [" please", " thanks", " thank you", " for me"]
        where text.lowercased().hasSuffix(closing) {
            text = String(text.dropLast(closing.count))
        }
        return tidy(text)
    }

    /// Sentences and parts of sentences that each begin with a word of doing.
    static func clauses(_ message: String) -> [String] {
        let verbs =
            "(?:add|create|complete|finish|mark|check off|tick off|delete|remove|move|reschedule|postpone|push|"
            + "set|change|tag|label|remind me|show|list|find|search|rename|make|sort|undo|put|get rid of)"
        let pattern =
            "\\s*(?:;|\\.\\s|\\n|,?\\s+and\\s+then\\s+|,\\s*then\\s+|\\s+then\\s+)\\s*"
            + "|\\s*,?\\s+and\\s+(?=\(verbs)\\s)(?!remind me)|\\s*,\\s+(?=\(verbs)\\s)(?!remind me)"
        guard let regex = compiled(pattern) else { return [message] }
        var clauses: [String] = []
        var quote: Character?
        var start = message.startIndex
        for match in message.matches(of: regex) {
            // Nothing is cut within quotation marks.
            for character in message[start..<match.range.lowerBound] where "\"“”".contains(character) {
                quote = quote == nil ? character : nil
            }
            guard quote == nil else { continue }
            clauses.append(String(message[start..<match.range.lowerBound]))
            start = match.range.upperBound
        }
        clauses.append(String(message[start...]))
        return clauses.filter { !$0.allSatisfy(\.isWhitespace) }
    }
}
