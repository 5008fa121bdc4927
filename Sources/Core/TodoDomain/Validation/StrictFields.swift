/// A coding key of any name, for looking at what a body really holds.
public struct AnyCodingKey: CodingKey {
    /// The member's name as the body spells it, or an array's index in decimal digits.
    public var stringValue: String
    /// The index in an array, counted from 0; nil for a member of an object.
    public var intValue: Int?

    /// A key of an object.
    public init(stringValue: String) {
        self.stringValue = stringValue
    }

    /// A position in an array.
    public init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }
}

extension Decoder {
    /// Refuses members that no field of the value is named after: a misspelt field is a mistake, not a silence.
    ///
    /// - Parameters:
    ///   - readOnly: members that the resource has, but that a client cannot set.
    ///   - elsewhere: members that a client sets by another request, and by which.
    /// - Throws: `ValidationError` that names each unknown member.
    public func refuseUnknownFields(
        known: [String], readOnly: [String] = [], elsewhere: [String: String] = [:]
    ) throws {
        let present = try container(keyedBy: AnyCodingKey.self).allKeys.map(\.stringValue)
        let unknown = present.filter { !known.contains($0) }.sorted()
        guard unknown.isEmpty else {
            let prefix = jsonPointer(codingPath)
            throw ValidationError(
                fields: unknown.map { name in
                    FieldError(
                        pointer: "\(prefix)/\(escapedPointer(name))",
                        detail: elsewhere[name].map { "is changed by \($0)" }
                            ?? (readOnly.contains(name)
                                ? "cannot be set by clients" : "is not a field of this resource"))
                })
        }
    }
}

/// The JSON pointer of a decoding path (RFC 6901 §3).
public func jsonPointer(_ path: [any CodingKey]) -> String {
    path.map { "/\(escapedPointer($0.intValue.map(String.init) ?? $0.stringValue))" }.joined()
}

private func escapedPointer(_ token: String) -> String {
    token.replacing("~", with: "~0").replacing("/", with: "~1")
}
