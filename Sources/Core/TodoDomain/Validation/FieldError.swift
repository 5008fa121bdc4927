/// One thing wrong with a request body, and where.
public struct FieldError: Sendable, Hashable, Codable {
    /// A JSON pointer into the body (RFC 6901); empty for the body itself.
    public var pointer: String
    /// What is wrong, for a person.
    public var detail: String
    /// What kind of mistake, for programs; only where kinds are told apart.
    public var code: String?
    /// Where in a text, in code points counted from 0; only for texts with a grammar.
    public var position: Int?
    /// The line of a file, counted from 1; only for what comes in files.
    public var line: Int?

    /// Names a mistake at a place.
    public init(
        pointer: String, detail: String, code: String? = nil, position: Int? = nil, line: Int? = nil
    ) {
        self.pointer = pointer
        self.detail = detail
        self.code = code
        self.position = position
        self.line = line
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
