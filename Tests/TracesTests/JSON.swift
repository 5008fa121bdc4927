/// JSON to be looked into: `json["data"][0]["traceID"]`.
struct JSON: Equatable {
    enum Value: Decodable, Equatable {
        case null
        case bool(Bool)
        case number(Double)
        case text(String)
        case list([Value])
        case object([String: Value])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let bool = try? container.decode(Bool.self) {
                self = .bool(bool)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let list = try? container.decode([Value].self) {
                self = .list(list)
            } else {
                self = .object(try container.decode([String: Value].self))
            }
        }
    }

    /// Nil where there is no such member.
    let value: Value?

    init(_ value: Value?) {
        self.value = value
    }

    subscript(_ name: String) -> JSON {
        guard case .object(let members)? = value else { return JSON(nil) }
        return JSON(members[name])
    }

    subscript(_ index: Int) -> JSON {
        guard case .list(let items)? = value, items.indices.contains(index) else { return JSON(nil) }
        return JSON(items[index])
    }

    var items: [JSON] {
        guard case .list(let items)? = value else { return [] }
        return items.map { JSON($0) }
    }

    var text: String? {
        guard case .text(let text)? = value else { return nil }
        return text
    }

    var number: Double? {
        guard case .number(let number)? = value else { return nil }
        return number
    }

    var isNull: Bool { value == .null }

    var names: Set<String> {
        guard case .object(let members)? = value else { return [] }
        return Set(members.keys)
    }
}
