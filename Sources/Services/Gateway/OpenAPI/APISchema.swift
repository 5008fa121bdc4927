import TodoDomain

/// Words for JSON Schema (2020-12, as OpenAPI 3.1 has it): the bodies of the API are described with them, next to the
/// routes that take and give them.
enum APISchema {
    /// A member of an object.
    struct Field: Sendable {
        let name: String
        let schema: JSONTree
        let isRequired: Bool
    }

    static func required(_ name: String, _ schema: JSONTree, _ note: String = "") -> Field {
        Field(name: name, schema: noted(schema, note), isRequired: true)
    }

    static func optional(_ name: String, _ schema: JSONTree, _ note: String = "") -> Field {
        Field(name: name, schema: noted(schema, note), isRequired: false)
    }

    /// What is answered: more members may come with a later release.
    static func object(_ note: String, _ fields: [Field]) -> JSONTree {
        object(note, fields, isClosed: false)
    }

    /// What is sent: a member that is not known is refused.
    static func input(_ note: String, _ fields: [Field]) -> JSONTree { object(note, fields, isClosed: true) }

    private static func object(_ note: String, _ fields: [Field], isClosed: Bool) -> JSONTree {
        var members: [JSONTree.Member] = [.init("type", "object"), .init("description", .text(note))]
        let names = fields.filter(\.isRequired).map { JSONTree.text($0.name) }
        if !names.isEmpty { members.append(.init("required", .list(names))) }
        members.append(.init("properties", .object(fields.map { .init($0.name, $0.schema) })))
        if isClosed { members.append(.init("additionalProperties", .bool(false))) }
        return .object(members)
    }

    static func ref(_ name: String) -> JSONTree { ["$ref": .text("#/components/schemas/\(name)")] }

    static func list(of item: JSONTree, atMost: Int? = nil, atLeast: Int? = nil) -> JSONTree {
        var members: [JSONTree.Member] = [.init("type", "array"), .init("items", item)]
        if let atLeast { members.append(.init("minItems", .number(String(atLeast)))) }
        if let atMost { members.append(.init("maxItems", .number(String(atMost)))) }
        return .object(members)
    }

    /// Lengths count code points, as JSON Schema does; the service counts characters as people see them.
    static func text(_ lengths: ClosedRange<Int>? = nil, pattern: String? = nil) -> JSONTree {
        var members: [JSONTree.Member] = [.init("type", "string")]
        if let lengths {
            if lengths.lowerBound > 0 {
                members.append(.init("minLength", .number(String(lengths.lowerBound))))
            }
            members.append(.init("maxLength", .number(String(lengths.upperBound))))
        }
        if let pattern { members.append(.init("pattern", .text(pattern))) }
        return .object(members)
    }

    static func text(_ format: TextFormat) -> JSONTree {
        var members: [JSONTree.Member] = [
            .init("type", "string"), .init("pattern", .text(format.pattern)),
        ]
        if let name = format.standardName { members.append(.init("format", .text(name))) }
        return .object(members)
    }

    static func words(_ words: [String]) -> JSONTree {
        ["type": "string", "enum": .list(words.map(JSONTree.text))]
    }

    static func words<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> JSONTree {
        words(Word.allCases.map(\.rawValue))
    }

    static func integer(_ range: ClosedRange<Int64>? = nil) -> JSONTree {
        guard let range else { return ["type": "integer"] }
        var members: [JSONTree.Member] = [
            .init("type", "integer"), .init("minimum", .number(String(range.lowerBound))),
        ]
        if range.upperBound < .max { members.append(.init("maximum", .number(String(range.upperBound)))) }
        return .object(members)
    }

    static let flag: JSONTree = ["type": "boolean"]
    static let uuid = text(.uuid)
    static let instant = text(.instant)
    /// What comes in may be in either case.
    static let anyUUID: JSONTree = ["type": "string", "format": "uuid"]

    static func nullable(_ schema: JSONTree) -> JSONTree { ["anyOf": .list([schema, ["type": "null"]])] }

    static func page(of item: JSONTree, _ note: String) -> JSONTree {
        object(
            note,
            [
                required("items", list(of: item)),
                required("nextCursor", nullable(text()), "for the next page; null on the last"),
            ])
    }

    private static func noted(_ schema: JSONTree, _ note: String) -> JSONTree {
        guard !note.isEmpty, case .object(let members) = schema else { return schema }
        return .object(members + [.init("description", .text(note))])
    }
}
