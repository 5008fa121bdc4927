/// JSON written straight into bytes; log lines are made often enough to spare a tree of values.
extension [UInt8] {
    /// Longer strings are cut: collectors refuse lines beyond some 64 KiB.
    private static let longestString = 8192

    /// - Parameter quotes: whether quotation marks and backslashes are escaped.
    mutating func appendJSON(_ text: String, quotes: Bool = true) {
        let utf8 = text.utf8
        // C2 and E2 begin the control characters of Latin-1 and the line separators; most text has neither.
        let isPlain = utf8.allSatisfy {
            $0 >= 0x20 && $0 != 0x7F && $0 != 0xC2 && $0 != 0xE2 && !(quotes && ($0 == 0x22 || $0 == 0x5C))
        }
        append(UInt8(ascii: "\""))
        if isPlain, utf8.count <= Self.longestString {
            append(contentsOf: utf8)
        } else {
            appendEscapedAndCut(text, quotes: quotes)
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscapedAndCut(_ text: String, quotes: Bool) {
        let end = count + Self.longestString
        for scalar in text.unicodeScalars {
            // No scalar is longer than its escape.
            guard count + 6 <= end else { return append(contentsOf: "…".utf8) }
            if !quotes, scalar == "\"" || scalar == "\\" {
                append(UInt8(truncatingIfNeeded: scalar.value))
            } else {
                appendEscaped(scalar)
            }
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
        // Whatever drives a terminal or ends a line for some reader, the directions of writing included.
        case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}":
            let digits = Array("0123456789abcdef".utf8)
            append(contentsOf: "\\u".utf8)
            for shift in [12, 8, 4, 0] as [UInt32] { append(digits[Int(scalar.value >> shift & 15)]) }
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
