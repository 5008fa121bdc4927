import OTLP
import Tracing

extension SpanAttributes {
    /// No attributes. The literal `[:]`, and `SpanAttributes()` as well, go the way of a dictionary made from a list of
    /// pairs, which takes a third of the time of a dropped span.
    static var empty: SpanAttributes { SpanAttributes([String: SpanAttribute]()) }

    /// Sorted by key, so that equal spans look equal, and cut to the limits.
    func wireAttributes(count limit: Int, valueLength: Int?) -> (kept: [Attribute], dropped: UInt32) {
        var list: [Attribute] = []
        list.reserveCapacity(count)
        var nameless: UInt32 = 0
        forEach { key, value in
            guard !key.isEmpty else {
                nameless += 1
                return
            }
            if let value = value.wireValue(maximumLength: valueLength) { list.append(Attribute(key, value)) }
        }
        list.sort { $0.key < $1.key }
        guard list.count > limit else { return (list, nameless) }
        return (Array(list.prefix(limit)), nameless + UInt32(list.count - limit))
    }

    /// What `other` says, without growing beyond `limit` keys; answers how many keys found no room.
    mutating func replace(with other: SpanAttributes, limit: Int) -> Int {
        guard other.count > limit else {
            self = other
            return 0
        }
        var kept = SpanAttributes()
        var fresh: [(String, SpanAttribute)] = []
        // The attributes are no Sequence; this is their only way to be walked over.
        // swift-format-ignore: ReplaceForEachWithForLoop
        other.forEach { key, value in
            if get(key) != nil { kept.set(key, value: value) } else { fresh.append((key, value)) }
        }
        fresh.sort { $0.0 < $1.0 }
        let room = Swift.max(0, limit - kept.count)
        for (key, value) in fresh.prefix(room) { kept.set(key, value: value) }
        self = kept
        return Swift.max(0, fresh.count - room)
    }
}

extension SpanAttribute {
    /// Nil for the case that only keeps the API's enum open.
    func wireValue(maximumLength: Int?) -> AttributeValue? {
        func cut(_ text: String) -> AttributeValue {
            guard let maximumLength, text.utf8.count > maximumLength else { return .string(text) }
            return .string(String(text.prefix(maximumLength)))
        }
        return switch self {
        case .string(let value): cut(value)
        case .int32(let value): .int(Int64(value))
        case .int64(let value): .int(value)
        case .bool(let value): .bool(value)
        case .double(let value): .double(value)
        case .stringConvertible(let value): cut(value.description)
        case .stringArray(let values): .array(values.map(cut))
        case .int32Array(let values): .array(values.map { .int(Int64($0)) })
        case .int64Array(let values): .array(values.map { .int($0) })
        case .boolArray(let values): .array(values.map { .bool($0) })
        case .doubleArray(let values): .array(values.map { .double($0) })
        case .stringConvertibleArray(let values): .array(values.map { cut($0.description) })
        default: nil
        }
    }
}

extension OTLP.SpanKind {
    init(_ kind: Tracing.SpanKind) {
        switch kind {
        case .server: self = .server
        case .client: self = .client
        case .producer: self = .producer
        case .consumer: self = .consumer
        case .internal: self = .internal
        }
    }
}
