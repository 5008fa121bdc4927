/// A word of a set that may grow: a consumer that does not know it keeps it and carries on.
///
/// An enumeration alone would refuse the whole event, and with it everything that the consumer does understand.
public struct OpenWord<Known>: Sendable, Hashable, Codable
where Known: RawRepresentable<String> & Sendable {
    /// As it is on the wire.
    public let text: String

    /// A word of today.
    public init(_ known: Known) {
        text = known.rawValue
    }

    /// What it means; nil for a word that came after this code.
    public var known: Known? { Known(rawValue: text) }

    /// Reads any text.
    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the text, known or not.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
