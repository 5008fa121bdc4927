/// Why a filter cannot be used, and where.
public struct FilterError: Error, Sendable, Hashable {
    /// What kind of mistake, for programs.
    public enum Code: String, Sendable, CaseIterable {
        case tooLong = "filter_too_long"
        case tooDeep = "filter_too_deep"
        case tooManyTerms = "filter_too_many_terms"
        case unexpected = "filter_unexpected"
        case unterminated = "filter_unterminated"
        case unknownField = "filter_unknown_field"
        case unknownWord = "filter_unknown_word"
        case operatorNotAllowed = "filter_operator_not_allowed"
        case badValue = "filter_bad_value"
    }

    /// What kind of mistake.
    public var code: Code
    /// What is wrong, for a person; never repeats what the filter says.
    public var detail: String
    /// Where, in code points from the filter's beginning, counted from 0.
    public var position: Int

    /// Names a mistake at a place.
    public init(_ code: Code, _ detail: String, at position: Int) {
        self.code = code
        self.detail = detail
        self.position = position
    }

    /// The same as one mistake of a request.
    public func field(at pointer: String) -> FieldError {
        FieldError(pointer: pointer, detail: detail, code: code.rawValue, position: position)
    }
}

/// How much a filter may ask for. Every bound is linear in time, so a hostile filter costs no more than a long one.
public struct FilterLimits: Sendable {
    /// Code points of its text.
    public var length = 2000
    /// Parentheses and NOTs inside each other.
    public var depth = 20
    /// Comparisons, each value of an `in` counted.
    public var terms = 100

    /// The platform's own limits.
    public init() {}
}
