/// One thing wrong with a request body, and where.
public struct FieldError: Sendable, Hashable, Codable {
    /// A JSON pointer into the body (RFC 6901); empty for the body itself.
    public var pointer: String
    /// What is wrong, for a person.
    public var detail: String

    /// Names a mistake at a place.
    public init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }
}

/// A body that was read but may not be accepted: everything wrong with it at once.
public struct ValidationError: Error, Sendable, Hashable {
    /// The mistakes, in the order they were found; never empty.
    public var fields: [FieldError]

    /// Collects mistakes.
    public init(fields: [FieldError]) {
        self.fields = fields
    }

    /// A single mistake.
    public init(_ pointer: String, _ detail: String) {
        fields = [FieldError(pointer: pointer, detail: detail)]
    }
}
