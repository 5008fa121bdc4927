/// What a statement does, in words of bounded number: `INSERT tasks`, `SELECT outbox`, `CREATE TABLE`.
struct StatementSummary: Sendable, Equatable {
    /// First word: `INSERT`.
    let operation: String
    /// First table, without its schema.
    let collection: String?
    /// At most 60 characters; span name and metric dimension.
    let text: String

    init(operation: String, collection: String?) {
        self.operation = operation
        self.collection = collection
        text = String((collection.map { "\(operation) \($0)" } ?? operation).prefix(60))
    }

    /// A name chosen by the author of the statement; its first word counts as the operation.
    init(chosen: String) {
        let words = chosen.split(separator: " ", maxSplits: 1).map(String.init)
        operation = words.first ?? chosen
        collection = words.count > 1 ? words[1] : nil
        text = String(chosen.prefix(60))
    }

    /// Reads verb and table off the text: no parser, but aware of strings, comments, parentheses and WITH.
    init(of text: String) {
        let words = StatementWords(text).words
        guard let first = words.first(where: { $0.text != "(" })?.keyword else {
            self.init(operation: "EMPTY", collection: nil)
            return
        }
        if ["CREATE", "ALTER", "DROP"].contains(first) {
            self.init(operation: words.count > 1 ? "\(first) \(words[1].keyword)" : first, collection: nil)
            return
        }
        let verbs: Set<String> = ["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES"]
        let isQuery = first == "WITH" || verbs.contains(first)
        guard isQuery else {
            self.init(operation: first, collection: nil)
            return
        }
        let verb = words.first { $0.depth == 0 && verbs.contains($0.keyword) }?.keyword ?? first
        self.init(operation: verb, collection: Self.table(in: words))
    }

    private static func table(in words: [StatementWords.Word]) -> String? {
        var namesOfWith: Set<String> = []
        for (index, word) in words.enumerated() where words.first?.keyword == "WITH" && word.keyword == "AS" {
            if index > 0 { namesOfWith.insert(words[index - 1].text) }
        }
        let candidates = words.indices.compactMap { index -> (name: String, depth: Int)? in
            guard ["FROM", "INTO", "UPDATE", "JOIN", "USING"].contains(words[index].keyword) else {
                return nil
            }
            if index > 0, ["FOR", "DO", "DISTINCT", "KEY"].contains(words[index - 1].keyword) { return nil }
            let rest = words[(index + 1)...].drop { ["ONLY", "LATERAL"].contains($0.keyword) }
            guard let name = rest.first, name.text != "(", name.keyword != "SET" else { return nil }
            let table = name.text.split(separator: ".").last.map(String.init) ?? name.text
            return namesOfWith.contains(name.text) ? nil : (table, words[index].depth)
        }
        return (candidates.first { $0.depth == 0 } ?? candidates.first)?.name
    }
}

/// Words of a statement with the depth of parentheses they stand in; `(` itself is a word.
struct StatementWords {
    struct Word {
        let text: String
        let depth: Int
        var keyword: String { text.uppercased() }
    }

    private(set) var words: [Word] = []
    private var depth = 0
    private var word: [UInt8] = []

    init(_ text: String) {
        let bytes = Array(text.utf8.prefix(4096))
        var index = 0
        while index < bytes.count {
            let (byte, next) = (bytes[index], index + 1 < bytes.count ? bytes[index + 1] : 0)
            switch (byte, next) {
            case (UInt8(ascii: "-"), UInt8(ascii: "-")):
                endWord()
                index = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                endWord()
                index += 2
                while index + 1 < bytes.count,
                    bytes[index] != UInt8(ascii: "*") || bytes[index + 1] != UInt8(ascii: "/")
                {
                    index += 1
                }
                index += 1
            case (UInt8(ascii: "'"), _):
                endWord()
                index = bytes[(index + 1)...].firstIndex(of: UInt8(ascii: "'")) ?? bytes.count
            default:
                take(byte)
            }
            index += 1
        }
        endWord()
    }

    private mutating func take(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "("):
            endWord()
            words.append(Word(text: "(", depth: depth))
            depth += 1
        case UInt8(ascii: ")"):
            endWord()
            depth -= 1
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), 128...:
            word.append(byte)
        case UInt8(ascii: "\""):
            break
        default:
            endWord()
        }
    }

    private mutating func endWord() {
        guard !word.isEmpty else { return }
        words.append(Word(text: String(decoding: word, as: UTF8.self), depth: depth))
        word.removeAll()
    }
}
