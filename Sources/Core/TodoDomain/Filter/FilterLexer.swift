/// Cuts a filter into tokens, from left to right and once.
struct FilterLexer {
    private let text: [Unicode.Scalar]
    private var place = 0
    private var tokens: [FilterToken] = []

    static func tokens(of text: String, limits: FilterLimits) throws(FilterError) -> [FilterToken] {
        // Counted on the way, so that a text of any length costs no more than the limit.
        let scalars = Array(text.unicodeScalars.prefix(limits.length + 1))
        guard scalars.count <= limits.length else {
            throw FilterError(
                .tooLong, "a filter has at most \(limits.length) characters", at: limits.length)
        }
        var lexer = FilterLexer(text: scalars)
        try lexer.run()
        return lexer.tokens
    }

    private init(text: [Unicode.Scalar]) {
        self.text = text
    }

    private mutating func run() throws(FilterError) {
        while place < text.count {
            let start = place
            if text[place].properties.isWhitespace {
                place += 1
                continue
            }
            let kind = try next()
            tokens.append(FilterToken(kind: kind, position: start))
        }
    }

    private mutating func next() throws(FilterError) -> FilterToken.Kind {
        let sign = text[place]
        switch sign {
        case "(": return single(.open)
        case ")": return single(.close)
        case ",": return single(.comma)
        case "&": return doubled(sign, .and)
        case "|": return doubled(sign, .or)
        case "=": return doubled(sign, .comparison(.equal))
        case ":": return single(.comparison(.has))
        case "<", ">": return inequality(sign)
        case "!": return exclamation()
        case "\"", "'": return .quoted(try quoted())
        case "#": return .tag(try name(of: "tag"))
        case "@": return .list(try name(of: "list"))
        case _ where Self.isWord(sign): return word()
        default: throw FilterError(.unexpected, "this character has no meaning here", at: place)
        }
    }

    private mutating func single(_ kind: FilterToken.Kind) -> FilterToken.Kind {
        place += 1
        return kind
    }

    /// One sign or two of it mean the same.
    private mutating func doubled(_ sign: Unicode.Scalar, _ kind: FilterToken.Kind) -> FilterToken.Kind {
        place += 1
        if place < text.count, text[place] == sign { place += 1 }
        return kind
    }

    private mutating func inequality(_ sign: Unicode.Scalar) -> FilterToken.Kind {
        place += 1
        let orEqual = place < text.count && text[place] == "="
        if orEqual { place += 1 }
        if sign == "<" { return .comparison(orEqual ? .lessOrEqual : .less) }
        return .comparison(orEqual ? .greaterOrEqual : .greater)
    }

    /// `!=`, `!high`, or NOT.
    private mutating func exclamation() -> FilterToken.Kind {
        place += 1
        if place < text.count, text[place] == "=" { return single(.comparison(.notEqual)) }
        let end = endOfWord(from: place)
        if let priority = TaskPriority(rawValue: string(place..<end).lowercased()) {
            place = end
            return .priority(priority)
        }
        return .not
    }

    private mutating func name(of what: String) throws(FilterError) -> String {
        place += 1
        if place < text.count, text[place] == "\"" || text[place] == "'" { return try quoted() }
        let end = endOfWord(from: place)
        guard end > place else {
            throw FilterError(.badValue, "a \(what) must follow", at: place - 1)
        }
        defer { place = end }
        return string(place..<end)
    }

    private mutating func quoted() throws(FilterError) -> String {
        let (start, quote) = (place, text[place])
        var content = String.UnicodeScalarView()
        place += 1
        while place < text.count, text[place] != quote {
            if text[place] == "\\", place + 1 < text.count { place += 1 }
            content.append(text[place])
            place += 1
        }
        guard place < text.count else {
            throw FilterError(.unterminated, "the quotation does not end", at: start)
        }
        place += 1
        guard !content.contains("\u{0}") else {
            throw FilterError(.badValue, "a text cannot hold the character U+0000", at: start)
        }
        return String(content)
    }

    private mutating func word() -> FilterToken.Kind {
        let end = endOfWord(from: place)
        let word = string(place..<end)
        place = end
        switch word.lowercased() {
        case "and": return .and
        case "or": return .or
        case "not": return .not
        default: return .word(word)
        }
    }

    /// A colon belongs to the word between digits only: `09:00`, but not `tag:home`.
    private func endOfWord(from start: Int) -> Int {
        var end = start
        while end < text.count {
            if text[end] == ":" {
                guard end > start, end + 1 < text.count, Self.isDigit(text[start]),
                    Self.isDigit(text[end - 1]), Self.isDigit(text[end + 1])
                else { break }
            } else if !Self.isWord(text[end]) {
                break
            }
            end += 1
        }
        return end
    }

    private func string(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text[range])
        return String(view)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || isDigit(scalar)
                || ["_", "-", "+", ".", "/"].contains(scalar)
        }
        let properties = scalar.properties
        return properties.isAlphabetic || properties.numericType != nil || properties.isEmoji
            || properties.generalCategory == .nonspacingMark || scalar == "\u{200D}"
    }
}
