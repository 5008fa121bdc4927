public import FoundationEssentials

/// A list of tasks as its owner sees it. Tasks name it; it need not hold any.
public struct TaskList: Sendable, Codable, Hashable {
    /// Stays when the list is renamed.
    public var id: UUID
    /// Trimmed, never empty, and each name once for a user.
    public var name: String
    /// Where it stands among the lists: an `OrderKey`.
    public var position: String
    /// When it was put away; nil for a list in use.
    public var archivedAt: Date?
    /// Grows by one with each write; the entity tag is made of it.
    public var version: Int64
    /// In whole milliseconds.
    public var createdAt: Date
    /// In whole milliseconds.
    public var updatedAt: Date

    enum CodingKeys: String, CodingKey {
        case id, name, position, archivedAt, version, createdAt, updatedAt
    }

    /// All of it.
    public init(
        id: UUID, name: String, position: String, archivedAt: Date? = nil, version: Int64 = 1,
        createdAt: Date, updatedAt: Date
    ) {
        self.id = id
        self.name = name
        self.position = position
        self.archivedAt = archivedAt
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Writes the id in lower case.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id.uuidString.lowercased(), forKey: .id)
        try values.encode(name, forKey: .name)
        try values.encode(position, forKey: .position)
        try values.encodeIfPresent(archivedAt, forKey: .archivedAt)
        try values.encode(version, forKey: .version)
        try values.encode(createdAt, forKey: .createdAt)
        try values.encode(updatedAt, forKey: .updatedAt)
    }
}
