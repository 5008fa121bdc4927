/// JSON written straight into bytes; log lines are made often enough to spare a tree of values.
extension [UInt8] {
    /// Longer strings are cut: collectors refuse lines beyond some 64 KiB.
    private static let longestString = 8192

    mutating func appendJSON(_ text: String) {
        let utf8 = text.utf8
        let isPlain = utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F }
        append(UInt8(ascii: "\""))
        if isPlain, utf8.count <= Self.longestString {
            append(contentsOf: utf8)
        } else {
            appendEscapedAndCut(text)
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscapedAndCut(_ text: String) {
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
    let fields: [(value: Int, width: Int, after: StaticString)] = [
        (date.year, 4, "-"), (date.month, 2, "-"), (date.day, 2, "T"), (second / 3600, 2, ":"),
        (second / 60 % 60, 2, ":"), (second % 60, 2, "."), (Int(nanoseconds % 1_000_000_000), 9, "Z"),
    ]
    return String(unsafeUninitializedCapacity: 30) { buffer in
        var end = 0
        for field in fields {
            var rest = field.value
            for place in stride(from: end + field.width - 1, through: end, by: -1) {
                buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            end += field.width
            buffer[end] = field.after.utf8Start.pointee
            end += 1
        }
        return end
    }
}
