import EventFlow
import FoundationEssentials
import ServiceKit
import TodoDomain

/// A filter with a name.
struct SavedFilter: Sendable, Encodable, Equatable {
    let id: UUID
    var name: String
    var filter: String
    /// As `sort` of a list takes it; nil for the newest first.
    var sort: String?
    var version: Int64
    let createdAt: Date
    var updatedAt: Date

    enum CodingKeys: String, CodingKey {
        case id, name, filter, sort, version, createdAt, updatedAt
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id.lowercased, forKey: .id)
        try values.encode(name, forKey: .name)
        try values.encode(filter, forKey: .filter)
        try values.encodeIfPresent(sort, forKey: .sort)
        try values.encode(version, forKey: .version)
        try values.encode(createdAt, forKey: .createdAt)
        try values.encode(updatedAt, forKey: .updatedAt)
    }
}

/// What a client says of a saved filter: all of it in a create, parts of it in a merge patch (RFC 7396).
struct SavedFilterBody: Decodable, Sendable {
    var name: String?
    var filter: String?
    /// Nil for absent; nil inside for null, which removes it.
    var sort: String??

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, filter, sort
    }

    init(name: String, filter: String, sort: String??) {
        self.name = name
        self.filter = filter
        self.sort = sort
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownFields(
            known: CodingKeys.allCases.map(\.rawValue), readOnly: ["id", "version", "createdAt", "updatedAt"])
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if values.contains(.name) { name = try values.decode(String.self, forKey: .name) }
        if values.contains(.filter) { filter = try values.decode(String.self, forKey: .filter) }
        if values.contains(.sort) { sort = .some(try values.decodeIfPresent(String.self, forKey: .sort)) }
    }

    static let longestName = 100

    /// What the client may keep, or every mistake in it. A filter is read before it is kept: none is saved that cannot
    /// be used.
    func applied(to old: SavedFilter?, id: UUID, at now: Date) throws -> SavedFilter {
        var mistakes: [FieldError] = []
        for (field, isMissing) in [
            ("name", name ?? old?.name == nil), ("filter", filter ?? old?.filter == nil),
        ]
        where isMissing {
            mistakes.append(FieldError(pointer: "/\(field)", detail: "is required"))
        }
        let name = (self.name ?? old?.name ?? "").split(separator: " ").joined(separator: " ")
        if self.name != nil,
            name.isEmpty || name.count > Self.longestName || name.utf8.count > 1024 || name.utf8.contains(0)
        {
            mistakes.append(
                FieldError(pointer: "/name", detail: "must have 1 to \(Self.longestName) characters"))
        }
        if let filter {
            do { _ = try FilterParser.parse(filter) } catch { mistakes.append(error.field(at: "/filter")) }
        }
        if case .some(.some(let text)) = sort, (try? TaskOrder(text)) == nil {
            mistakes.append(FieldError(pointer: "/sort", detail: "is not an order that lists have"))
        }
        guard mistakes.isEmpty else { throw ValidationError(fields: mistakes) }
        return SavedFilter(
            id: id, name: name, filter: filter ?? old?.filter ?? "", sort: sort ?? old?.sort,
            version: (old?.version ?? 0) + 1, createdAt: old?.createdAt ?? now, updatedAt: now)
    }
}
