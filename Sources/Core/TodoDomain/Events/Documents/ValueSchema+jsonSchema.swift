extension ObjectSchema {
    /// As JSON Schema (2020-12, and with the same meaning draft 7, which AsyncAPI builds on).
    ///
    /// - Parameter place: what stands where an object lies inside another: the object itself, or a reference.
    func jsonSchema(place: (ObjectSchema) -> JSONTree) -> JSONTree {
        let properties = members.map { member in
            JSONTree.Member(member.name, member.value.jsonSchema(meaning: member.meaning, place: place))
        }
        let required = members.filter(\.isRequired).map { JSONTree.text($0.name) }
        let members: [JSONTree.Member] = [
            .init("type", "object"), .init("description", .text(summary)),
            .init("properties", .object(properties)), .init("required", .list(required)),
            .init("additionalProperties", true),
        ]
        return .object(members + (choices.isEmpty ? [] : [.init("oneOf", .list(choices.map(jsonSchema)))]))
    }

    private func jsonSchema(of choice: Choice) -> JSONTree {
        [
            "required": .list(choice.required.map(JSONTree.text)),
            "properties": .object(foreign(to: choice).map { .init($0, false) }),
        ]
    }

    /// The same, whole: objects inside are written where they are used.
    var wholeJSONSchema: JSONTree {
        jsonSchema { $0.wholeJSONSchema }
    }

    /// The objects inside it, itself first, each once.
    var allObjects: [ObjectSchema] {
        members.reduce([self]) { found, member in
            found + member.value.objects.filter { !found.contains($0) }
        }
    }
}

extension ValueSchema {
    /// The objects inside it.
    var objects: [ObjectSchema] {
        switch self {
        case .object(let schema): schema.allObjects
        case .list(let item, _, _): item.objects
        case .map(let value, _): value.objects
        default: []
        }
    }

    func jsonSchema(meaning: String?, place: (ObjectSchema) -> JSONTree) -> JSONTree {
        if case .object(let schema) = self { return place(schema) }
        var members = rules(place: place)
        if let meaning { members.insert(.init("description", .text(meaning)), at: 1) }
        return .object(members)
    }

    private func rules(place: (ObjectSchema) -> JSONTree) -> [JSONTree.Member] {
        switch self {
        case .text(let format, let length):
            Self.textRules(format, length)
        case .word(let words):
            [.init("type", "string"), .init("enum", .list(words.map(JSONTree.text)))]
        case .openWord(let words):
            Self.textRules(.word, 1...64) + [.init("x-known-values", .list(words.map(JSONTree.text)))]
        case .integer(let range):
            [
                .init("type", "integer"), .init("minimum", .number(String(range.lowerBound))),
                .init("maximum", .number(String(range.upperBound))),
            ]
        case .boolean:
            [.init("type", "boolean")]
        case .list(let item, let count, let isSet):
            [
                .init("type", "array"), .init("items", item.jsonSchema(meaning: nil, place: place)),
                .init("minItems", .number(String(count.lowerBound))),
                .init("maxItems", .number(String(count.upperBound))), .init("uniqueItems", .bool(isSet)),
            ]
        case .map(let value, let count):
            [
                .init("type", "object"), .init("propertyNames", .object(Self.textRules(.word, 1...64))),
                .init("additionalProperties", value.jsonSchema(meaning: nil, place: place)),
                .init("minProperties", .number(String(count.lowerBound))),
                .init("maxProperties", .number(String(count.upperBound))),
            ]
        case .object(let schema):
            [.init("allOf", [place(schema)])]
        }
    }

    private static func textRules(_ format: TextFormat, _ length: ClosedRange<Int>) -> [JSONTree.Member] {
        [.init("type", "string")]
            + (format.standardName.map { [.init("format", .text($0))] } ?? [])
            + [
                .init("pattern", .text(format.pattern)),
                .init("minLength", .number(String(length.lowerBound))),
                .init("maxLength", .number(String(length.upperBound))),
            ]
    }
}

extension EventDefinition {
    /// The shape of `data` as a JSON Schema document of its own.
    public var jsonSchemaDocument: JSONTree {
        guard case .object(let members) = schema.wholeJSONSchema else { return .null }
        let head: [JSONTree.Member] = [
            .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
            .init("$id", .text(schemaName)), .init("title", .text(type)),
        ]
        return .object(head + members + [.init("examples", [example])])
    }
}
