import TodoDomain

/// Texts as a reader sees them: what is invisible is gone, and what only looks like a letter is that letter.
enum PlainText {
    /// Without characters that nobody sees but models read: zero-width ones, directions, tags, variation selectors,
    /// control characters.
    static func visible(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isInvisible(scalar) { plain.append(scalar) }
        return String(plain)
    }

    /// Whether anything in it is not to be seen.
    static func holdsInvisible(_ text: String) -> Bool {
        text.unicodeScalars.contains { isHidden($0) }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Tags spell whole sentences that no screen shows.
        case 0xE0000...0xE007F, 0xE0100...0xE01EF, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if isHidden(scalar) { return true }
        switch scalar.value {
        // A joiner (200D) and the selector of pictures (FE0F) belong to emoji; the rest has no use in a sentence.
        case 0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B, 0x200C, 0x200E,
            0x200F,
            0x2060...0x2065, 0x206A...0x206F, 0x3164, 0xFE00...0xFE0E, 0xFEFF, 0xFFA0, 0xFFF9...0xFFFB:
            return true
        case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F...0x9F: return true
        default: return false
        }
    }

    /// For comparisons: visible, small letters without accents, look-alikes as what they look like, one blank between
    /// words.
    static func skeleton(_ text: String) -> String {
        var mapped = String.UnicodeScalarView()
        for scalar in visible(text).unicodeScalars where scalar.value != 0x200D && scalar.value != 0xFE0F {
            mapped.append(lookAlike(scalar))
        }
        let folded = FoldedText.folded(String(mapped))
        return folded.split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }

    private static func lookAlike(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let value = scalar.value
        switch value {
        case 0xFF01...0xFF5E: return Unicode.Scalar(value - 0xFEE0) ?? scalar
        // Mathematical letters: thirteen alphabets of 52.
        case 0x1D400...0x1D6A3:
            let index = (value - 0x1D400) % 52
            return Unicode.Scalar(index < 26 ? 0x41 + index : 0x61 + index - 26) ?? scalar
        case 0x24B6...0x24CF: return Unicode.Scalar(value - 0x24B6 + 0x41) ?? scalar
        case 0x24D0...0x24E9: return Unicode.Scalar(value - 0x24D0 + 0x61) ?? scalar
        default: return homoglyphs[scalar] ?? scalar
        }
    }

    private static let homoglyphs: [Unicode.Scalar: Unicode.Scalar] = [
        "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ј": "j", "ѕ": "s",
        "ԁ": "d", "һ": "h", "ԛ": "q", "ԝ": "w", "А": "A", "В": "B", "Е": "E", "К": "K", "М": "M", "Н": "H",
        "О": "O", "Р": "P", "С": "C", "Т": "T", "У": "Y", "Х": "X", "І": "I", "Ѕ": "S", "Ј": "J",
        "ο": "o", "α": "a", "ν": "v", "ι": "i", "ρ": "p", "Α": "A", "Β": "B", "Ε": "E", "Ι": "I", "Κ": "K",
        "Μ": "M", "Ν": "N", "Ο": "O", "Ρ": "P", "Τ": "T", "Χ": "X", "Υ": "Y", "ⅰ": "i",
    ]
}
