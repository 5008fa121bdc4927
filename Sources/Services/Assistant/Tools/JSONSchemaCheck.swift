import TodoDomain

/// Holds values against JSON Schema 2020-12, as far as our tools use it: type, properties, required,
/// additionalProperties: false, enum, lengths, bounds, items, uniqueItems, and the formats that we name.
///
/// A keyword that is not known here would be a promise that nobody keeps, so `unknownKeywords` names them for a test.
enum JSONSchemaCheck {
    private static let keywords: Set<String> = [
        "type", "properties", "required", "additionalProperties", "enum", "minLength", "maxLength", "minimum",
        "maximum", "items", "minItems", "maxItems", "uniqueItems", "format", "description",
    ]
    /// More mistakes than anybody mends at once.
    private static let mostMistakes = 20

    /// Everything wrong with a value.
    static func mistakes(in value: JSONTree, by schema: JSONTree, at pointer: String = "") -> [FieldError] {
        var found: [FieldError] = []
        check(value, schema, pointer, into: &found)
        return found
    }

    static func unknownKeywords(of schema: JSONTree) -> Set<String> {
        guard case .object(let members) = schema else { return [] }
        var found = Set(members.map(\.name)).subtracting(keywords)
        if case .object(let properties)? = schema["properties"] {
            for property in properties { found.formUnion(unknownKeywords(of: property.value)) }
        }
        if let items = schema["items"] { found.formUnion(unknownKeywords(of: items)) }
        return found
    }

    private static func check(
        _ value: JSONTree, _ schema: JSONTree, _ pointer: String, into found: inout [FieldError]
    ) {
        guard found.count < mostMistakes else { return }
        func fail(_ detail: String) { found.append(FieldError(pointer: pointer, detail: detail)) }
        let types = schema["type"].map { $0.texts ?? [$0.text ?? ""] } ?? []
        guard types.isEmpty || types.contains(where: { fits(value, type: $0) }) else {
            return fail("must be \(types.map(named).joined(separator: " or "))")
        }
        if let choices = schema["enum"]?.items, !choices.contains(value) {
            return fail("must be one of \(choices.compactMap(\.text).joined(separator: ", "))")
        }
        switch value {
        case .text(let text): checkText(text, schema, fail)
        case .number(let spelling): checkNumber(spelling, schema, fail)
        case .list(let items): checkList(items, schema, pointer, into: &found)
        case .object(let members): checkObject(members, schema, pointer, into: &found)
        default: break
        }
    }

    private static func fits(_ value: JSONTree, type: String) -> Bool {
        switch (value, type) {
        case (.text, "string"), (.bool, "boolean"), (.null, "null"), (.list, "array"), (.object, "object"),
            (.number, "number"):
            true
        case (.number, "integer"): value.integer != nil
        default: false
        }
    }

    private static func named(_ type: String) -> String {
        switch type {
        case "string": "a string"
        case "boolean": "true or false"
        case "array": "an array"
        case "object": "an object"
        case "integer": "a whole number"
        case "null": "null"
        default: "a number"
        }
    }

    private static func checkText(_ text: String, _ schema: JSONTree, _ fail: (String) -> Void) {
        let count = text.unicodeScalars.count
        if let least = schema["minLength"]?.integer, count < least {
            fail("must have at least \(least) characters")
        }
        if let most = schema["maxLength"]?.integer, count > most {
            fail("must have at most \(most) characters")
        }
        if text.utf8.contains(0) { fail("must not hold the character U+0000") }
        switch schema["format"]?.text {
        case "uuid":
            if !TextFormat.uuid.accepts(text.lowercased()) { fail("must be an id that a tool answered") }
        case "local":
            if LocalDateTime(text) == nil { fail("must be a date 2026-12-01 or a time 2026-12-01T09:00") }
        case "duration":
            if !text.hasPrefix("P") || CalendarOffset(text) == nil {
                fail("must be a duration such as PT30M or P1D")
            }
        default: break
        }
    }

    private static func checkNumber(_ spelling: String, _ schema: JSONTree, _ fail: (String) -> Void) {
        guard let number = Double(spelling), number.isFinite else { return fail("must be a number") }
        if let least = schema["minimum"]?.integer, number < Double(least) {
            fail("must be at least \(least)")
        }
        if let most = schema["maximum"]?.integer, number > Double(most) { fail("must be at most \(most)") }
    }

    private static func checkList(
        _ items: [JSONTree], _ schema: JSONTree, _ pointer: String, into found: inout [FieldError]
    ) {
        if let least = schema["minItems"]?.integer, items.count < least {
            found.append(FieldError(pointer: pointer, detail: "must have at least \(least) items"))
        }
        if let most = schema["maxItems"]?.integer, items.count > most {
            return found.append(FieldError(pointer: pointer, detail: "must have at most \(most) items"))
        }
        if schema["uniqueItems"] == true, Set(items).count < items.count {
            found.append(FieldError(pointer: pointer, detail: "must not have the same item twice"))
        }
        guard let each = schema["items"] else { return }
        for (index, item) in items.enumerated() { check(item, each, "\(pointer)/\(index)", into: &found) }
    }

    private static func checkObject(
        _ members: [JSONTree.Member], _ schema: JSONTree, _ pointer: String, into found: inout [FieldError]
    ) {
        let names = Set(members.map(\.name))
        for name in schema["required"]?.texts ?? [] where !names.contains(name) {
            found.append(FieldError(pointer: "\(pointer)/\(name)", detail: "is required"))
        }
        for member in members {
            let escaped = member.name.replacing("~", with: "~0").replacing("/", with: "~1")
            let place = "\(pointer)/\(String(escaped.prefix(100)))"
            if let property = schema["properties"]?[member.name] {
                check(member.value, property, place, into: &found)
            } else if schema["additionalProperties"] == false {
                found.append(FieldError(pointer: place, detail: "is not a member of this"))
            }
        }
    }
}

extension JSONTree {
    /// The text, if it is one.
    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// The items, if it is a list.
    var items: [JSONTree]? {
        guard case .list(let items) = self else { return nil }
        return items
    }

    /// The members, if it is an object.
    var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The texts, if it is a list of nothing else.
    var texts: [String]? {
        guard let items else { return nil }
        let texts = items.compactMap(\.text)
        return texts.count == items.count ? texts : nil
    }

    /// True, if it is that.
    var isTrue: Bool { self == .bool(true) }

    /// An object of what there is.
    static func present(_ members: [(String, JSONTree?)]) -> JSONTree {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }
}
