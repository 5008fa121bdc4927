/// The catalogue as Markdown: the part of `docs/events.md` that nobody writes by hand.
struct EventReference {
    let catalogue: EventCatalogue

    var text: String {
        ([topics] + EventStream.all.map(types) + ["## Payloads\n\n" + Self.notation] + shapes)
            .joined(separator: "\n")
    }

    private static let notation = """
        A member in **bold** is always there; the others are left out when there is nothing to say, and never null.
        `a | b` is one of these words; `a | b | …` may get more words within the version.

        """

    private var topics: String {
        let rows = EventStream.all.map { stream in
            "| `\(stream.topic)` | \(stream.summary) | \(stream.key) | \(names(publishers(of: stream))) "
                + "| \(names(stream.subscribers))\(stream.delivery.map { ": \($0)" } ?? "") |\n"
        }
        return
            "## Topics\n\n| topic | holds | `partitionkey` | published by | subscribed by |\n|---|---|---|---|---|\n"
            + rows.joined()
    }

    private func publishers(of stream: EventStream) -> [String] {
        var found: [String] = []
        for definition in catalogue.definitions where definition.topic == stream.topic {
            for name in definition.publishers where !found.contains(name) { found.append(name) }
        }
        return found
    }

    private func names(_ roles: [String]) -> String {
        roles.map { "`\($0)`" }.joined(separator: ", ")
    }

    private func types(on stream: EventStream) -> String {
        let rows = catalogue.definitions.filter { $0.topic == stream.topic }.map { definition in
            "| `\(definition.type)` | \(definition.standing.rawValue) | \(definition.occasion) "
                + "| \(definition.subject) | \(data(of: definition)) |\n"
        }
        return "## `\(stream.topic)`\n\n| type | standing | when | subject | data |\n|---|---|---|---|---|\n"
            + rows.joined()
    }

    private func data(of definition: EventDefinition) -> String {
        let shape = link(definition.payload.schema)
        let demanded = zip(definition.schema.members, definition.payload.schema.members)
            .filter { $0.isRequired && !$1.isRequired }.map { "`\($0.0.name)`" }
        return demanded.isEmpty ? shape : "\(shape), always with \(demanded.joined(separator: ", "))"
    }

    private func link(_ schema: ObjectSchema) -> String {
        "[\(schema.name)](#\(schema.name.lowercased()))"
    }

    private var shapes: [String] {
        var objects: [ObjectSchema] = []
        for definition in catalogue.definitions {
            for object in definition.payload.schema.allObjects where !objects.contains(object) {
                objects.append(object)
            }
        }
        return objects.map(shape)
    }

    private func shape(_ schema: ObjectSchema) -> String {
        let rows = schema.members.map { member in
            let name = member.isRequired ? "**`\(member.name)`**" : "`\(member.name)`"
            return "| \(name) | \(describe(member.value)) | \(member.meaning) |\n"
        }
        let choices = schema.choices.map { choice in
            (choice.required.map { "`\($0)`" } + choice.optional.map { "perhaps `\($0)`" }).joined(
                separator: ", ")
        }
        return "### \(schema.name)\n\n\(schema.summary)\n\n| member | value | meaning |\n|---|---|---|\n"
            + rows.joined()
            + (choices.isEmpty ? "" : "\nOne of: \(choices.joined(separator: "; or "))\n")
    }

    private func describe(_ value: ValueSchema) -> String {
        switch value {
        case .text(let format, let length): describe(format, length)
        case .word(let words): words.map { "`\($0)`" }.joined(separator: " \\| ")
        case .openWord(let words): (words.map { "`\($0)`" } + ["…"]).joined(separator: " \\| ")
        case .integer(let range):
            range.upperBound >= 9_007_199_254_740_991
                ? "whole number from \(range.lowerBound)"
                : "whole number from \(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .list(let item, let count, let isSet):
            "\(count.lowerBound) to \(count.upperBound)\(isSet ? " different" : "") of: \(describe(item))"
        case .map(let value, let count):
            "object of at most \(count.upperBound) words with: \(describe(value))"
        case .object(let schema): link(schema)
        }
    }

    private func describe(_ format: TextFormat, _ length: ClosedRange<Int>) -> String {
        switch format {
        case .free: "text of \(length.lowerBound) to \(length.upperBound) characters"
        case .uuid: "UUID"
        case .instant: "RFC 3339, UTC"
        case .local: "local date or date and time"
        case .timeOfDay: "`HH:MM`"
        case .zone: "time zone"
        case .duration: "duration"
        case .word: "word"
        case .dottedWords: "words with dots"
        case .digest: "64 hexadecimal digits"
        case .traceparent: "`traceparent`"
        }
    }
}
