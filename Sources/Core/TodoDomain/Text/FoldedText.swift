@_spi(_Unicode) import Swift

/// Texts without what people do not type when they search: case and accents.
public enum FoldedText {
    /// Lower case, accents gone, letters with a stroke or in pairs as they are commonly typed.
    public static func folded(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { append(scalar, to: &folded) }
        return String(folded)
    }

    /// Appends what a code point becomes, which may be nothing.
    static func append(_ scalar: Unicode.Scalar, to folded: inout String.UnicodeScalarView) {
        if scalar.isASCII {
            let isUpper = ("A"..."Z").contains(scalar)
            folded.append(isUpper ? Unicode.Scalar(UInt8(scalar.value) + 0x20) : scalar)
            return
        }
        if let typed = spellings[scalar] {
            folded.append(contentsOf: typed.unicodeScalars)
            return
        }
        for lower in String(scalar).lowercased().unicodeScalars {
            for part in String(lower)._nfd where !isAccent(part) {
                if let typed = spellings[part] {
                    folded.append(contentsOf: typed.unicodeScalars)
                } else {
                    folded.append(part)
                }
            }
        }
    }

    /// Marks above and below letters. Marks of other classes (vowel signs, voicing) tell words apart and stay.
    private static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.canonicalCombiningClass.rawValue >= 200
    }

    /// Letters that have no decomposition, as keyboards without them spell them.
    private static let spellings: [Unicode.Scalar: String] = [
        "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "ł": "l",
        "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i", "ħ": "h", "Ħ": "h",
        "ſ": "s", "’": "'",
    ]
}
