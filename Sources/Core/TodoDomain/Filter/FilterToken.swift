/// A word, sign or quoted text of a filter, and where it begins.
struct FilterToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case open, close, comma
        case and, or, not
        case comparison(FilterComparison)
        /// Unquoted: a name, a date, a keyword of a field.
        case word(String)
        case quoted(String)
        /// `#home`
        case tag(String)
        /// `@work`
        case list(String)
        /// `!high`
        case priority(TaskPriority)
    }

    var kind: Kind
    var position: Int
}

/// How a field is held against a value.
public enum FilterComparison: String, Sendable, Hashable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    /// Contains for texts, is for everything else.
    case has = ":"
}
