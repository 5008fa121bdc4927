/// The frame of every answer of Jaeger's query service.
struct JaegerAnswer<Item: Encodable & Sendable>: Encodable, Sendable {
    struct Mistake: Encodable, Sendable {
        let code: Int
        let msg: String
        var traceID: String?
    }

    /// Nil where there is an error and nothing else.
    let data: [Item]?
    var total = 0
    var limit = 0
    var offset = 0
    var errors: [Mistake]?

    init(_ items: [Item], total: Int? = nil, limit: Int = 0, errors: [Mistake]? = nil) {
        data = items
        self.total = total ?? items.count
        self.limit = limit
        self.errors = errors
    }

    init(_ mistake: Mistake) {
        data = nil
        errors = [mistake]
    }

    enum CodingKeys: String, CodingKey {
        case data, total, limit, offset, errors
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(data, forKey: .data)
        try container.encode(total, forKey: .total)
        try container.encode(limit, forKey: .limit)
        try container.encode(offset, forKey: .offset)
        try container.encode(errors, forKey: .errors)
    }
}
