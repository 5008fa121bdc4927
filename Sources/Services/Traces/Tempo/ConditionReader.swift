import HTTPTypes
import ServiceKit

/// Takes conditions out of a text, one after the other.
struct ConditionReader {
    private var rest: Substring

    init(_ text: String) {
        rest = text[...]
    }

    /// Conditions between braces, with `&&` between them.
    mutating func conditions() throws -> [TempoCondition] {
        guard take("{") else { throw malformed }
        var found: [TempoCondition] = []
        guard !take("}") else {
            try end()
            return found
        }
        repeat {
            let name = word { $0.isLetter || $0.isNumber || "._-:/".contains($0) }
            guard !name.isEmpty,
                let comparison = ["!=", ">=", "<=", "=", ">", "<"].first(where: { take($0) })
            else {
                throw malformed
            }
            // What may stand without quotation marks; so `=~` and sums are not taken for values.
            let value = try value { $0.isLetter || $0.isNumber || "._:-".contains($0) }
            guard value != "nil" else { throw malformed }
            found.append(TempoCondition(name: name, comparison: comparison, value: value))
        } while take("&&")
        guard take("}") else { throw malformed }
        try end()
        return found
    }

    /// Pipelines and further sets of conditions are not understood.
    private mutating func end() throws {
        skipBlanks()
        guard rest.isEmpty else { throw malformed }
    }

    /// `key=value` with blanks between them.
    mutating func pairs() throws -> [(key: String, value: String)] {
        var found: [(key: String, value: String)] = []
        skipBlanks()
        while !rest.isEmpty {
            let key = word { $0 != "=" && !$0.isWhitespace }
            guard !key.isEmpty, take("=") else { throw malformed }
            found.append((key, try value { $0 != " " }))
            skipBlanks()
        }
        return found
    }

    private var malformed: Problem {
        Problem(
            .badRequest,
            "the search cannot be read: { name = \"value\" && … } is wanted, or key=value pairs in tags")
    }

    /// In quotation marks, or of characters that need none.
    private mutating func value(_ isPlain: (Character) -> Bool) throws -> String {
        skipBlanks()
        guard let quote = rest.first, quote == "\"" || quote == "`" else {
            let value = word(isPlain)
            guard !value.isEmpty else { throw malformed }
            return value
        }
        rest.removeFirst()
        var value = ""
        while let character = rest.popFirst() {
            if character == quote { return value }
            guard character == "\\", quote == "\"" else {
                value.append(character)
                continue
            }
            guard let escaped = rest.popFirst() else { break }
            value.append(escaped == "n" ? "\n" : escaped == "t" ? "\t" : escaped)
        }
        throw malformed
    }

    private mutating func word(_ belongs: (Character) -> Bool) -> String {
        skipBlanks()
        let word = rest.prefix(while: belongs)
        rest = rest.dropFirst(word.count)
        return String(word)
    }

    private mutating func take(_ text: String) -> Bool {
        skipBlanks()
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private mutating func skipBlanks() {
        rest = rest.drop { $0.isWhitespace }
    }
}
