/// What somebody looks for: every part must be there.
public struct SearchQuery: Sendable, Hashable {
    /// Words that stand beside each other; mostly one.
    public struct Part: Sendable, Hashable {
        /// Folded, in order.
        public var words: [String]
        /// Whether the last of them may go on.
        public var isPrefix: Bool
        /// Words that the last may have been meant for, if it was misspelt.
        public var corrections: [String] = []
    }

    /// In the order in which they were typed.
    public var parts: [Part]

    /// Fewer would find everything, more cost time.
    public static let longestText = 500
    /// Words of all parts together.
    public static let mostWords = 16
    /// Shorter words have too many neighbours.
    public static let shortestMisspelt = 5

    /// Reads what was typed: words, phrases in quotation marks, and a last word that may be unfinished. Nil when there is
    /// no word in it, or there are too many.
    public init?(_ text: String) {
        guard text.unicodeScalars.prefix(Self.longestText + 1).count <= Self.longestText else { return nil }
        parts = []
        let segments = text.split(separator: "\"", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            // A quotation that does not end goes to the end.
            if index % 2 == 1 {
                append(String(segment), isPrefix: false)
                continue
            }
            for piece in segment.split(whereSeparator: \.isWhitespace) {
                append(String(piece), isPrefix: false)
            }
        }
        if segments.count % 2 == 1, segments.last?.last?.isWhitespace == false, !parts.isEmpty {
            parts[parts.count - 1].isPrefix = true
        }
        let words = parts.reduce(0) { $0 + $1.words.count }
        guard (1...Self.mostWords).contains(words) else { return nil }
    }

    private mutating func append(_ piece: String, isPrefix: Bool) {
        let words = SearchToken.tokens(of: piece, limit: Self.mostWords + 1).map(\.word)
        if !words.isEmpty { parts.append(Part(words: words, isPrefix: isPrefix)) }
    }

    /// Places of parts that may be misspelt: single words that are long enough.
    public var correctable: [Int] {
        parts.indices.filter {
            parts[$0].words.count == 1
                && parts[$0].words[0].unicodeScalars.count >= Self.shortestMisspelt
        }
    }
}

/// How far words are from each other.
public enum Misspelling {
    /// Whether one letter too many, too few, another one, or two in each other's place make one word the other.
    public static func isWithinOne(_ one: String, _ other: String) -> Bool {
        let (short, long) = ordered(Array(one.unicodeScalars), Array(other.unicodeScalars))
        guard long.count - short.count <= 1 else { return false }
        guard let start = short.indices.first(where: { short[$0] != long[$0] }) else { return true }
        if long.count > short.count { return short[start...] == long[(start + 1)...] }
        if short[(start + 1)...] == long[(start + 1)...] { return true }
        return start + 1 < short.count && short[start] == long[start + 1] && short[start + 1] == long[start]
            && short[(start + 2)...] == long[(start + 2)...]
    }

    /// Whether a beginning of the longer word is within one mistake of the shorter.
    public static func beginsWithinOne(_ typed: String, of word: String) -> Bool {
        let length = typed.unicodeScalars.count
        return (max(1, length - 1)...(length + 1)).contains { count in
            isWithinOne(typed, String(String.UnicodeScalarView(word.unicodeScalars.prefix(count))))
        }
    }

    /// What of a word's beginning, and of its end, is intact if the mistake lies elsewhere: one of the two always is.
    public static func halves(of word: String) -> (beginning: String, end: String) {
        let scalars = Array(word.unicodeScalars)
        let length = (scalars.count - 1) / 2
        func text(_ part: ArraySlice<Unicode.Scalar>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: part)
            return String(view)
        }
        return (text(scalars.prefix(length)), text(scalars.suffix(length)))
    }

    private static func ordered(
        _ one: [Unicode.Scalar], _ other: [Unicode.Scalar]
    ) -> ([Unicode.Scalar], [Unicode.Scalar]) {
        one.count <= other.count ? (one, other) : (other, one)
    }
}
