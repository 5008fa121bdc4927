/// What is wrong with a rule, and where.
public struct RecurrenceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The character of the rule's text, counted from 1; nil when it is the rule as a whole.
    public let position: Int?
    /// What is wrong, for a person; never holds what was written there.
    public let reason: String

    /// A mistake at a place.
    public init(_ reason: String, at position: Int? = nil) {
        self.reason = reason
        self.position = position
    }

    /// One line for a person.
    public var description: String {
        position.map { "\(reason) (at character \($0))" } ?? reason
    }

    /// As the mistake of a field of a request.
    public func field(_ pointer: String) -> FieldError { FieldError(pointer: pointer, detail: description) }
}
