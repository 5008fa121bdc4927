public import FoundationEssentials

/// The id of something, which on the wire is in lower case; Foundation alone would write upper case.
public struct EntityID: Sendable, Hashable, Codable {
    /// The same in every spelling.
    public let uuid: UUID

    /// An id.
    public init(_ uuid: UUID) {
        self.uuid = uuid
    }

    /// Reads either case.
    public init(from decoder: any Decoder) throws {
        uuid = try decoder.singleValueContainer().decode(UUID.self)
    }

    /// Writes lower case.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(uuid.uuidString.lowercased())
    }
}
