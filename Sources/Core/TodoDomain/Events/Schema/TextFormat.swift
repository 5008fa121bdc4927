/// How a text in a payload must be spelt.
public enum TextFormat: Sendable, Hashable, CaseIterable {
    /// Anything, as people write it, but U+0000, which PostgreSQL cannot keep.
    case free
    /// Lower case (RFC 9562 §4), so that equal ids are equal texts.
    case uuid
    /// RFC 3339 in UTC with at most nanoseconds.
    case instant
    /// A date, or a date and time, with no zone.
    case local
    /// Hours and minutes.
    case timeOfDay
    /// The spelling of IANA zone names; whether there is such a zone is for whoever holds zone data.
    case zone
    /// A signed duration of RFC 5545 such as `-P1D` or `-PT15M`.
    case duration
    /// A name that programs know: a field, a tool, a reason.
    case word
    /// Words with dots between them: types of events.
    case dottedWords
    /// SHA-256 in hexadecimal.
    case digest
    /// W3C trace context, version 0.
    case traceparent

    /// For JSON Schema; looser than `accepts` where no pattern can tell, such as 30 February.
    public var pattern: String {
        switch self {
        case .free: #"^[^\u0000]*$"#
        case .uuid: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
        case .instant: #"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$"#
        case .local: "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$"
        case .timeOfDay: "^([01][0-9]|2[0-3]):[0-5][0-9]$"
        case .zone: "^[A-Za-z0-9_+-][A-Za-z0-9_+/-]*$"
        case .duration:
            "^[+-]?P([0-9]{1,5}W|[0-9]{1,5}D(T([0-9]{1,5}[HMS])+)?|T([0-9]{1,5}[HMS])+)$"
        case .word: "^[a-z][A-Za-z0-9_]*$"
        case .dottedWords: "^[a-z][A-Za-z0-9_]*([.][a-z][A-Za-z0-9_]*)*$"
        case .digest: "^[0-9a-f]{64}$"
        case .traceparent: "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
        }
    }

    /// The name that JSON Schema has for it, for tools that know more than the pattern.
    public var standardName: String? {
        switch self {
        case .uuid: "uuid"
        case .instant: "date-time"
        default: nil
        }
    }

    /// Whether a text is spelt so.
    public func accepts(_ text: String) -> Bool {
        switch self {
        case .free: !text.utf8.contains(0)
        case .uuid: Self.isGroups(text, of: [8, 4, 4, 4, 12])
        case .instant: Self.isInstant(text)
        case .local: LocalDateTime(text) != nil
        case .timeOfDay: text.utf8.count == 5 && LocalDateTime("2000-01-01T\(text)") != nil
        case .zone: text.utf8.first != UInt8(ascii: "/") && Self.holds(text, or: "_+-/")
        case .duration: Self.isDuration(text)
        case .word: Self.isWord(text[...])
        case .dottedWords:
            text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(Self.isWord)
        case .digest: text.utf8.count == 64 && text.utf8.allSatisfy(Self.isLowerHex)
        case .traceparent: Self.isGroups(text, of: [2, 32, 16, 2]) && text.hasPrefix("00-")
        }
    }
}

// Byte by byte and by hand: these run on every event, and nothing here can backtrack on a hostile text.
extension TextFormat {
    private static func isGroups(_ text: String, of lengths: [Int]) -> Bool {
        let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return groups.count == lengths.count
            && zip(groups, lengths).allSatisfy { $0.count == $1 && $0.allSatisfy(isLowerHex) }
    }

    private static func isInstant(_ text: String) -> Bool {
        guard text.utf8.count <= 30, text.utf8.last == UInt8(ascii: "Z") else { return false }
        let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard let seconds = parts.first, seconds.utf8.count == 19,
            LocalDateTime(String(seconds))?.hasTime == true, parts.count <= 2
        else { return false }
        guard parts.count == 2 else { return true }
        return !parts[1].isEmpty && parts[1].utf8.allSatisfy(isDigit)
    }

    private static func isDuration(_ text: String) -> Bool {
        var rest = text.utf8[...]
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            rest.removeFirst()
        }
        guard rest.popFirst() == UInt8(ascii: "P"), !rest.isEmpty else { return false }
        var units: [UInt8] = []
        while !rest.isEmpty {
            if rest.first == UInt8(ascii: "T") {
                rest.removeFirst()
                guard !rest.isEmpty else { return false }
                // The clock's units, and at least one of them, follow a T to the end.
                return (units.isEmpty || units == [UInt8(ascii: "D")]) && clockUnits(rest)
            }
            guard let unit = amount(&rest) else { return false }
            units.append(unit)
        }
        return units == [UInt8(ascii: "W")] || units == [UInt8(ascii: "D")]
    }

    private static func clockUnits(_ text: Substring.UTF8View) -> Bool {
        var rest = text
        while !rest.isEmpty {
            guard let unit = amount(&rest), "HMS".utf8.contains(unit) else { return false }
        }
        return true
    }

    /// Takes digits and the letter after them; the letter.
    private static func amount(_ rest: inout Substring.UTF8View) -> UInt8? {
        let digits = rest.prefix(while: isDigit).count
        guard (1...5).contains(digits) else { return nil }
        rest = rest.dropFirst(digits)
        return rest.popFirst()
    }

    private static func isWord(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
        return holds(text, or: "_")
    }

    private static func holds(_ text: some StringProtocol, or signs: StaticString) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                isDigit(byte) || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
                    || signs.description.utf8.contains(byte)
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLowerHex(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte) }
}
