import OTLP

/// An attribute that a search names, with its value as text.
struct SearchTag: Sendable, Hashable {
    let key: String
    let value: String

    /// What the index knows it by (FNV-1a, folded).
    var term: UInt32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ 0) &* 0x100_0000_01B3
        for byte in value.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }
}

extension StoredSpan {
    /// Facts of a process that spans can be found by; the others are the same for all of a machine.
    private static let resourceKeys: Set<String> = [
        "service.version", "service.instance.id", "deployment.environment.name", "host.name",
    ]

    /// What the span can be found by: its attributes, and what other tools call tags but OTLP has fields for.
    var tags: [SearchTag] {
        var tags = span.attributes.compactMap { attribute in
            attribute.value.searchText.map { SearchTag(key: attribute.key, value: $0) }
        }
        for attribute in resource.attributes where Self.resourceKeys.contains(attribute.key) {
            if let text = attribute.value.searchText {
                tags.append(SearchTag(key: attribute.key, value: text))
            }
        }
        tags.append(SearchTag(key: "span.kind", value: span.kind.word))
        tags.append(SearchTag(key: "otel.scope.name", value: scope))
        switch span.status {
        case .error:
            tags.append(SearchTag(key: "error", value: "true"))
            tags.append(SearchTag(key: "otel.status_code", value: "ERROR"))
        case .ok: tags.append(SearchTag(key: "otel.status_code", value: "OK"))
        case .unset: break
        }
        return tags
    }
}

extension AttributeValue {
    /// As people write it in a search; nil for what nobody would write.
    var searchText: String? {
        switch self {
        case .string(let text): text.utf8.count <= 256 ? text : nil
        case .bool(let bool): bool ? "true" : "false"
        case .int(let int): String(int)
        case .double(let double): "\(double)"
        case .bytes, .array, .map, .empty: nil
        }
    }
}
