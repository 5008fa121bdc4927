// Recursive descent over the grammar in docs/filters.md: OR binds weakest, then AND (which may be left out), then NOT.

/// Reads filters.
public struct FilterParser {
    private let limits: FilterLimits
    private var tokens: [FilterToken]
    private var place = 0
    private let end: Int
    private var depth = 0
    private var terms = 0

    /// Reads a filter; one of blanks alone lets every task pass.
    ///
    /// - Throws: the first mistake, with its place.
    public static func parse(
        _ text: String, limits: FilterLimits = FilterLimits()
    ) throws(FilterError) -> FilterExpression {
        let tokens = try FilterLexer.tokens(of: text, limits: limits)
        var parser = FilterParser(tokens: tokens, end: text.unicodeScalars.count, limits: limits)
        guard !tokens.isEmpty else { return .and([]) }
        let expression = try parser.alternatives()
        guard parser.place == tokens.count else {
            throw FilterError(.unexpected, "the filter should end here", at: parser.position)
        }
        return expression
    }

    private init(tokens: [FilterToken], end: Int, limits: FilterLimits) {
        self.tokens = tokens
        self.end = end
        self.limits = limits
    }

    // MARK: Tokens

    var current: FilterToken.Kind? { place < tokens.count ? tokens[place].kind : nil }
    var position: Int { place < tokens.count ? tokens[place].position : end }

    mutating func advance() { place += 1 }

    mutating func accept(_ kind: FilterToken.Kind) -> Bool {
        guard current == kind else { return false }
        place += 1
        return true
    }

    func unexpected(_ wanted: String) -> FilterError {
        FilterError(.unexpected, "\(wanted) should stand here", at: position)
    }

    /// Counts a comparison.
    mutating func count(at position: Int) throws(FilterError) {
        terms += 1
        guard terms <= limits.terms else {
            throw FilterError(
                .tooManyTerms, "a filter has at most \(limits.terms) comparisons", at: position)
        }
    }

    // MARK: Connectives

    private mutating func alternatives() throws(FilterError) -> FilterExpression {
        var parts = [try conjunction()]
        while accept(.or) { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func conjunction() throws(FilterError) -> FilterExpression {
        var parts = [try factor()]
        while true {
            if accept(.and) {
                parts.append(try factor())
            } else if let next = current, ![.or, .close].contains(next) {
                guard next != .comma else { throw unexpected("a comparison, AND or OR") }
                if case .comparison = next { throw unexpected("a comparison, AND or OR") }
                parts.append(try factor())
            } else {
                return parts.count == 1 ? parts[0] : .and(parts)
            }
        }
    }

    private mutating func factor() throws(FilterError) -> FilterExpression {
        let start = position
        guard current == .not || current == .open else { return try term() }
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.depth else {
            throw FilterError(
                .tooDeep, "parentheses and NOTs nest at most \(limits.depth) deep", at: start)
        }
        if accept(.not) { return .not(try factor()) }
        advance()
        let inner = try alternatives()
        guard accept(.close) else {
            guard current == nil else { throw unexpected("a closing parenthesis") }
            throw FilterError(.unterminated, "this parenthesis is not closed", at: start)
        }
        return inner
    }
}
