extension ObjectSchema {
    /// The first thing wrong with a value, in the order of the members; nil if nothing is.
    ///
    /// Work grows with the size of the value only: no rule looks at a part twice.
    public func violation(in tree: JSONTree) -> PayloadViolation? {
        guard case .object(let found) = tree else { return PayloadViolation(.wrongType) }
        let values = Dictionary(found.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        for member in members {
            guard let value = values[member.name] else {
                if member.isRequired { return PayloadViolation(.missing).below(member.name) }
                continue
            }
            if let violation = member.value.violation(in: value) { return violation.below(member.name) }
        }
        return violation(ofChoicesIn: Set(values.keys))
    }

    private func violation(ofChoicesIn names: Set<String>) -> PayloadViolation? {
        guard let first = choices.first else { return nil }
        guard let made = choices.first(where: { !names.isDisjoint(with: $0.required) }) else {
            return first.required.first.map { PayloadViolation(.missing).below($0) }
        }
        if let missing = made.required.first(where: { !names.contains($0) }) {
            return PayloadViolation(.missing).below(missing)
        }
        return foreign(to: made).first(where: names.contains).map {
            PayloadViolation(.contradiction).below($0)
        }
    }
}

extension ValueSchema {
    /// The first thing wrong with a value; nil if nothing is.
    public func violation(in tree: JSONTree) -> PayloadViolation? {
        switch (self, tree) {
        case (.text(let format, let length), .text(let text)):
            return Self.violation(in: text, format: format, length: length)
        case (.word(let words), .text(let text)):
            return words.contains(text) ? nil : PayloadViolation(.unknownValue)
        case (.openWord, _):
            return ValueSchema.word.violation(in: tree)
        case (.integer(let range), .number):
            guard let number = tree.integer else { return PayloadViolation(.wrongType) }
            return range.contains(number) ? nil : PayloadViolation(.outOfRange)
        case (.boolean, .bool):
            return nil
        case (.list(let schema, let count, let isSet), .list(let items)):
            return Self.violation(in: items, of: schema, count: count, isSet: isSet)
        case (.map(let schema, let count), .object(let members)):
            return Self.violation(in: members, of: schema, count: count)
        case (.object(let schema), _):
            return schema.violation(in: tree)
        default:
            return PayloadViolation(.wrongType)
        }
    }

    private static func violation(
        in text: String, format: TextFormat, length: ClosedRange<Int>
    ) -> PayloadViolation? {
        // A scalar has one to four bytes, so most texts need no counting.
        let bytes = text.utf8.count
        guard bytes >= length.lowerBound, bytes <= length.upperBound * 4 else {
            return PayloadViolation(.wrongLength)
        }
        if bytes > length.upperBound || length.lowerBound > 1,
            !length.contains(text.unicodeScalars.count)
        {
            return PayloadViolation(.wrongLength)
        }
        return format.accepts(text) ? nil : PayloadViolation(.wrongFormat)
    }

    private static func violation(
        in items: [JSONTree], of schema: ValueSchema, count: ClosedRange<Int>, isSet: Bool
    ) -> PayloadViolation? {
        guard count.contains(items.count) else { return PayloadViolation(.wrongCount) }
        for (index, item) in items.enumerated() {
            if let violation = schema.violation(in: item) { return violation.below(String(index)) }
        }
        // As bytes: texts that merely look alike are different items, as everywhere in JSON.
        guard isSet else { return nil }
        let different = Set(items.map { Array($0.compact.utf8) })
        return different.count == items.count ? nil : PayloadViolation(.repeatedItem)
    }

    private static func violation(
        in members: [JSONTree.Member], of schema: ValueSchema, count: ClosedRange<Int>
    ) -> PayloadViolation? {
        guard count.contains(members.count) else { return PayloadViolation(.wrongCount) }
        for member in members {
            guard ValueSchema.word.violation(in: .text(member.name)) == nil else {
                return PayloadViolation(.wrongFormat)
            }
            if let violation = schema.violation(in: member.value) { return violation.below(member.name) }
        }
        return nil
    }
}
