extension FilterParser {
    /// A comparison, or one of the short words.
    mutating func term() throws(FilterError) -> FilterExpression {
        let start = position
        guard let kind = current else { throw unexpected("a comparison") }
        switch kind {
        case .tag(let name):
            advance()
            try count(at: start)
            return .test(.tag(name))
        case .list(let name):
            advance()
            try count(at: start)
            return .test(.list(name))
        case .priority(let priority):
            advance()
            try count(at: start)
            return .test(.priority([priority]))
        case .quoted(let text):
            advance()
            try count(at: start)
            return try contains(.text, text, at: start)
        case .word(let word):
            advance()
            return try comparison(of: word.lowercased(), at: start)
        default:
            throw unexpected("a comparison")
        }
    }

    private mutating func comparison(of word: String, at start: Int) throws(FilterError) -> FilterExpression {
        if case .comparison(let comparison)? = current {
            let place = position
            let field = try FilterField(named: word, at: start)
            advance()
            let value = try FilterValue(&self)
            try count(at: start)
            return try field.test(comparison, value, comparisonAt: place)
        }
        if case .word(let next)? = current, next.lowercased() == "in", let field = FilterField(rawValue: word)
        {
            let place = position
            advance()
            return try membership(of: field, at: start, comparisonAt: place)
        }
        try count(at: start)
        guard let short = FilterExpression.short(word) else {
            throw FilterField(rawValue: word) == nil
                ? FilterError(.unknownWord, "this word means nothing; texts stand in quotes", at: start)
                : unexpected("a comparison such as = or <")
        }
        return short
    }

    /// `field in (a, b, c)`
    private mutating func membership(
        of field: FilterField, at start: Int, comparisonAt place: Int
    ) throws(FilterError) -> FilterExpression {
        guard accept(.open) else { throw unexpected("an opening parenthesis") }
        var parts: [FilterExpression] = []
        repeat {
            let value = try FilterValue(&self)
            try count(at: value.position)
            parts.append(try field.test(.equal, value, comparisonAt: place))
        } while accept(.comma)
        guard accept(.close) else { throw unexpected("a comma or a closing parenthesis") }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private func contains(
        _ field: FilterTextField, _ text: String, at position: Int
    ) throws(FilterError) -> FilterExpression {
        let folded = FoldedText.folded(text)
        guard !folded.isEmpty else {
            throw FilterError(.badValue, "the text must not be empty", at: position)
        }
        return .test(.contains(field, folded))
    }
}

/// What stands to the right of a comparison.
struct FilterValue {
    private(set) var text: String
    let position: Int
    /// Quoted texts are never keywords: a list may be called "none".
    let isQuoted: Bool

    init(_ parser: inout FilterParser) throws(FilterError) {
        position = parser.position
        switch parser.current {
        case .word(let word): (text, isQuoted) = (word, false)
        case .quoted(let quoted): (text, isQuoted) = (quoted, true)
        case .tag(let name), .list(let name): (text, isQuoted) = (name, true)
        case .priority(let priority): (text, isQuoted) = (priority.rawValue, false)
        default: throw parser.unexpected("a value")
        }
        parser.advance()
        // A plus that was not escaped in a query is a blank: `now 7d` can mean nothing else.
        while !isQuoted, case .word(let word)? = parser.current, word.first?.isNumber == true,
            FilterMoment(text) != nil, FilterMoment("\(text)+\(word)") != nil
        {
            text += "+\(word)"
            parser.advance()
        }
    }

    /// The keyword for "has none".
    var isNone: Bool { !isQuoted && text.lowercased() == "none" }
}

extension FilterExpression {
    /// The short words, each a comparison or two in disguise.
    static func short(_ word: String) -> FilterExpression? {
        let today = FilterMoment(.day(0))
        switch word {
        case "open", "completed", "done":
            return .test(.status(word == "open" ? .open : .completed))
        case "overdue": return .test(.overdue)
        case "today": return open(.test(.moment(.due, .equal, today)))
        case "tomorrow": return open(.test(.moment(.due, .equal, FilterMoment(.day(1)))))
        case "upcoming":
            return open(
                .test(.moment(.due, .greater, today)),
                .test(.moment(.due, .lessOrEqual, FilterMoment(.day(7)))))
        case "p1": return .test(.priority([.urgent]))
        case "p2": return .test(.priority([.high]))
        case "p3": return .test(.priority([.medium]))
        case "p4": return .test(.priority([.low]))
        default: return nil
        }
    }

    private static func open(_ tests: FilterExpression...) -> FilterExpression {
        .and([.test(.status(.open))] + tests)
    }
}
