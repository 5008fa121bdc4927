public import EventFlow

/// One page of a list, as every list answers: `{"items": […], "nextCursor": …}`.
public struct Page<Item: Encodable & Sendable>: Encodable, Sendable {
    public let items: [Item]
    public let nextCursor: String?

    /// Cuts a page out of one row more than it may hold: the extra row says that there is a next page.
    public init(rows: [Item], limit: Int, cursor: (Item) -> String) {
        items = Array(rows.prefix(limit))
        nextCursor = rows.count > limit ? items.last.map(cursor) : nil
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(items, forKey: .items)
        // Present even when there is no further page: clients read it without asking whether it is there.
        try container.encode(nextCursor, forKey: .nextCursor)
    }

    enum CodingKeys: String, CodingKey {
        case items, nextCursor
    }
}

extension Page: JSONWritable where Item: JSONWritable {
    public func write(to json: inout JSONOutput) {
        json.object { json in
            json.member("items", items)
            guard nextCursor != nil else {
                json.name("nextCursor")
                return json.appendNull()
            }
            json.member("nextCursor", nextCursor)
        }
    }
}
