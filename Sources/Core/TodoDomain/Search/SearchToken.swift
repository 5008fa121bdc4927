/// A word of a text, as search knows it, and where it stands.
public struct SearchToken: Sendable, Hashable {
    /// Folded: lower case, without accents.
    public var word: String
    /// In code points from the text's beginning.
    public var range: Range<Int>

    /// Cuts a text into words: runs of letters and digits. Writing without blanks (Chinese, Japanese) has no words to
    /// cut at, so there each sign is one.
    ///
    /// - Parameter limit: no more words than this are looked for.
    public static func tokens(of text: String, limit: Int = .max) -> [SearchToken] {
        var tokens: [SearchToken] = []
        var word = String.UnicodeScalarView()
        var start = 0
        var place = 0
        func finish(at end: Int) {
            if !word.isEmpty { tokens.append(SearchToken(word: String(word), range: start..<end)) }
            word.removeAll()
        }
        for scalar in text.unicodeScalars {
            guard tokens.count < limit else { return tokens }
            if isIdeograph(scalar) {
                finish(at: place)
                tokens.append(
                    SearchToken(word: FoldedText.folded(String(scalar)), range: place..<(place + 1)))
            } else if isPart(scalar) {
                if word.isEmpty { start = place }
                // Nobody looks for words of this length, and the index takes none.
                if word.count < longestWord { FoldedText.append(scalar, to: &word) }
            } else {
                finish(at: place)
            }
            place += 1
        }
        finish(at: place)
        return tokens
    }

    static let longestWord = 100

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                || ("0"..."9").contains(scalar)
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber, .nonspacingMark, .spacingMark:
            return true
        default: return false
        }
    }

    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        (0x3041...0x30FF).contains(scalar.value) || (0x3400...0x9FFF).contains(scalar.value)
            || (0xF900...0xFAFF).contains(scalar.value) || (0x2_0000...0x3_FFFF).contains(scalar.value)
    }
}
