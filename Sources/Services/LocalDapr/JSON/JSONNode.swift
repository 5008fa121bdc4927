/// A JSON value that keeps numbers as they were written.
///
/// Envelopes are taken apart and put together again. Reading numbers into `Double` would change
/// amounts and big identifiers on the way, so a number stays text.
enum JSONNode: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([String: JSONNode])

    subscript(key: String) -> JSONNode? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    var text: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    var elements: [JSONNode]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    var members: [String: JSONNode]? {
        guard case .object(let values) = self else { return nil }
        return values
    }

    /// The members whose value is a string; a CloudEvent attribute or a metadata map.
    var textMembers: [String: String] {
        members?.compactMapValues(\.text) ?? [:]
    }
}
