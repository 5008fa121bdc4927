/// A place in a task where something that was looked for stands. Ranges and no markup: who shows the text knows how.
public struct Highlight: Sendable, Hashable, Codable {
    /// `title` or `description`.
    public var field: String
    /// In code points from the text's beginning.
    public var start: Int
    /// In code points.
    public var length: Int

    /// At most so many in one text.
    public static let most = 50

    /// Where a text has words of a query.
    public static func places(of query: SearchQuery, in text: String, field: String) -> [Highlight] {
        let tokens = SearchToken.tokens(of: text)
        var marked = Set<Int>()
        for part in query.parts {
            for start in tokens.indices where start + part.words.count <= tokens.count {
                let isThere = part.words.indices.allSatisfy { offset in
                    part.matches(tokens[start + offset].word, at: offset)
                }
                if isThere { marked.formUnion(start..<(start + part.words.count)) }
            }
        }
        return marked.sorted().prefix(most).map { index in
            let range = tokens[index].range
            return Highlight(field: field, start: range.lowerBound, length: range.count)
        }
    }
}

extension SearchQuery.Part {
    fileprivate func matches(_ word: String, at offset: Int) -> Bool {
        if word == words[offset] { return true }
        guard offset == words.count - 1 else { return false }
        return isPrefix && word.hasPrefix(words[offset]) || corrections.contains(word)
    }
}
