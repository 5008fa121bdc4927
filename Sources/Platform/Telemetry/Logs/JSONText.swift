/// JSON written straight into bytes; log lines are made often enough to spare a tree of values.
extension [UInt8] {
    /// Longer strings are cut: collectors refuse lines beyond some 64 KiB.
    private static let longestString = 8192

    mutating func appendJSON(_ text: String) {
        append(UInt8(ascii: "\""))
        var room = Self.longestString
        for scalar in text.unicodeScalars {
            let width = UTF8.width(scalar)
            guard room >= width else {
                append(contentsOf: "…".utf8)
                break
            }
            room -= width
            appendEscaped(scalar)
        }
        append(UInt8(ascii: "\""))
    }

    mutating func appendJSONField(_ name: StaticString, _ text: String) {
        append(contentsOf: ",\"\(name)\":".utf8)
        appendJSON(text)
    }

    private mutating func appendEscaped(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": append(contentsOf: "\\\"".utf8)
        case "\\": append(contentsOf: "\\\\".utf8)
        case "\n": append(contentsOf: "\\n".utf8)
        case "\r": append(contentsOf: "\\r".utf8)
        case "\t": append(contentsOf: "\\t".utf8)
        case "\u{0}"..<"\u{20}", "\u{7F}":
            let digits = Array("0123456789abcdef".utf8)
            append(contentsOf: "\\u00".utf8)
            append(digits[Int(scalar.value >> 4)])
            append(digits[Int(scalar.value & 15)])
        default: append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }
}

/// `2026-03-01T09:30:00.123456789Z` (RFC 3339).
func timestampText(nanoseconds: UInt64) -> String {
    let seconds = Int(nanoseconds / 1_000_000_000)
    let date = CalendarDate(daysSince1970: seconds / 86_400)
    let second = seconds % 86_400
    return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2)
        + "T" + padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2)
        + "." + padded(Int(nanoseconds % 1_000_000_000), 9) + "Z"
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
}
