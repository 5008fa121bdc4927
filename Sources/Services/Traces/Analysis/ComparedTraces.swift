import TraceAnalysis

/// Two traces beside each other.
struct ComparedTraces: Encodable, Sendable {
    struct Side: Encodable, Sendable {
        let count: Int
        let totalNano: UInt64
        let errorCount: Int

        init(_ side: TraceComparison.Side) {
            count = side.count
            totalNano = side.total
            errorCount = side.errorCount
        }
    }

    struct Row: Encodable, Sendable {
        let path: [String]
        let depth: Int
        let service: String
        let name: String
        let kind: String
        let left: Side?
        let right: Side?
        let deltaNano: Int64

        init(_ row: TraceComparison.Row) {
            path = row.path
            depth = row.depth
            service = row.service
            name = row.name
            kind = row.kind.word
            left = row.left.map(Side.init)
            right = row.right.map(Side.init)
            deltaNano = row.delta
        }

        enum CodingKeys: String, CodingKey {
            case path, depth, service, name, kind, left, right, deltaNano
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(path, forKey: .path)
            try container.encode(depth, forKey: .depth)
            try container.encode(service, forKey: .service)
            try container.encode(name, forKey: .name)
            try container.encode(kind, forKey: .kind)
            // Null where a trace has no such path.
            try container.encode(left, forKey: .left)
            try container.encode(right, forKey: .right)
            try container.encode(deltaNano, forKey: .deltaNano)
        }
    }

    let left: TraceSummary
    let right: TraceSummary
    let rows: [Row]
}
