/// What is wrong with a payload, and where; never the value itself, which may be anybody's text.
public struct PayloadViolation: Sendable, Hashable, CustomStringConvertible {
    /// A bounded set, fit for labels of metrics.
    public enum Reason: String, Sendable, CaseIterable {
        case notJSON = "not_json"
        case tooLarge = "too_large"
        case tooDeep = "too_deep"
        case repeatedMember = "repeated_member"
        case missing
        case wrongType = "wrong_type"
        case unknownValue = "unknown_value"
        case wrongFormat = "wrong_format"
        case outOfRange = "out_of_range"
        case wrongLength = "wrong_length"
        case wrongCount = "wrong_count"
        case repeatedItem = "repeated_item"
        /// A member that cannot be there together with another one.
        case contradiction
    }

    /// Which rule it breaks.
    public let reason: Reason
    /// A JSON pointer into the payload (RFC 6901); empty for the payload itself.
    public private(set) var pointer: String

    /// A violation of the value at hand.
    init(_ reason: Reason) {
        self.reason = reason
        pointer = ""
    }

    /// Such as `wrong_type /task/title`.
    public var description: String {
        pointer.isEmpty ? reason.rawValue : "\(reason.rawValue) \(pointer)"
    }

    /// The same, seen from one level up.
    func below(_ token: String) -> PayloadViolation {
        var violation = self
        // Tokens are names of schemas, words, or positions: nothing in them needs an escape.
        violation.pointer = "/\(token)\(pointer)"
        return violation
    }
}

extension PayloadViolation.Reason {
    init(_ error: JSONTreeError) {
        self =
            switch error {
            case .notJSON: .notJSON
            case .tooLarge: .tooLarge
            case .tooDeep: .tooDeep
            case .repeatedMember: .repeatedMember
            }
    }
}
