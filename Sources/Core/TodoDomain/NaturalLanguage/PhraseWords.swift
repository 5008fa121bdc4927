/// The words of a phrase with their places.
struct PhraseWords: Sendable {
    struct Word: Sendable {
        /// As it stands there.
        var text: Substring
        /// In small letters and without the signs that end it.
        var plain: String
        /// Within quotation marks nothing has a meaning.
        var isQuoted = false
    }

    /// Something that was recognised, and the word after it.
    struct Match<Value> {
        var value: Value
        var end: Int
        var alternatives: [String] = []
    }

    let text: String
    let words: [Word]
    let now: LocalDateTime

    init(_ text: String, now: LocalDateTime) {
        self.text = text
        self.now = now
        words = Self.split(text)
    }

    /// The plain form of a word; empty beyond the end and within quotation marks, so that nothing matches.
    subscript(index: Int) -> String {
        words.indices.contains(index) && !words[index].isQuoted ? words[index].plain : ""
    }

    func isWord(_ index: Int, _ choices: Set<String>) -> Bool { choices.contains(self[index]) }

    /// Whether the words from an index on are these.
    func follows(_ index: Int, _ wanted: String...) -> Bool {
        wanted.enumerated().allSatisfy { self[index + $0.offset] == $0.element }
    }

    /// Whether nothing follows that a word could belong to: the end, a mark, or a word that begins another part.
    func isClosed(at index: Int) -> Bool {
        guard index < words.count else { return true }
        guard !words[index].isQuoted else { return false }
        if let sign = words[index].text.first, "#+!".contains(sign) { return true }
        return Self.openers.contains(self[index]) || priority(at: index) != nil || clock(at: index) != nil
            || day(at: index) != nil || weekday(index) != nil
    }

    private static let openers: Set<String> = [
        "at", "on", "by", "every", "each", "until", "till", "starting", "from", "remind", "for", "before",
        "noon",
    ]

    private static func split(_ text: String) -> [Word] {
        var words: [Word] = []
        var index = text.startIndex
        while index < text.endIndex {
            if text[index].isWhitespace {
                index = text.index(after: index)
                continue
            }
            let isList = text[index] == "+" && isQuote(text[text.index(after: index)...].first)
            let opening = isList ? text.index(after: index) : index
            if isQuote(text[opening]), let closing = closingQuote(text, after: opening) {
                let end = text.index(after: closing)
                let inside = String(text[text.index(after: opening)..<closing])
                words.append(Word(text: text[index..<end], plain: inside, isQuoted: !isList))
                index = end
                continue
            }
            let end = text[index...].firstIndex(where: \.isWhitespace) ?? text.endIndex
            words.append(Word(text: text[index..<end], plain: plain(text[index..<end])))
            index = end
        }
        return words
    }

    private static func isQuote(_ character: Character?) -> Bool {
        character.map { "\"“”".contains($0) } ?? false
    }

    /// The mark that closes a quotation: one without it is a sign like others, as of inches.
    private static func closingQuote(_ text: String, after opening: String.Index) -> String.Index? {
        let inside = text.index(after: opening)
        return text[inside...].firstIndex(where: isQuote).flatMap { $0 == inside ? nil : $0 }
    }

    private static func plain(_ text: Substring) -> String {
        var text = text
        while text.count > 1, let last = text.last, ",;.?".contains(last) { text.removeLast() }
        return text.lowercased()
    }

    /// Where the words of a range lie in the text, in UTF-16 code units.
    func span(_ range: Range<Int>) -> (offset: Int, length: Int) {
        let start = words[range.lowerBound].text.startIndex
        let end = words[range.upperBound - 1].text.endIndex
        return (
            text.utf16.distance(from: text.startIndex, to: start), text.utf16.distance(from: start, to: end)
        )
    }
}

// Numbers and names.
extension PhraseWords {
    private static let counts = [
        "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
        "eight": 8,
        "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    ]

    func number(_ index: Int) -> Int? {
        let word = self[index]
        if let count = Self.counts[word] { return count }
        guard (1...4).contains(word.utf8.count), word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(word)
    }

    /// `1st`, `second`, `last`: negative from the end.
    func ordinal(_ index: Int) -> Int? {
        let names = ["first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1]
        let word = self[index]
        if let named = names[word] { return named }
        guard word.count > 2, ["st", "nd", "rd", "th"].contains(word.suffix(2)),
            let value = Int(word.dropLast(2)), (1...31).contains(value)
        else { return nil }
        return value
    }

    /// A full name, or one that cannot be another word.
    func weekday(_ index: Int) -> Weekday? {
        Weekday.allCases.first {
            $0.name.lowercased() == self[index] || $0.name.lowercased() + "s" == self[index]
        }
    }

    /// Short ones too, where a word before or after says that a day is meant: `sun` and `sat` are words as well.
    func shortWeekday(_ index: Int) -> Weekday? {
        if let weekday = weekday(index) { return weekday }
        let short = [
            "mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5,
            "sun": 6,
        ]
        return short[self[index]].flatMap(Weekday.init)
    }

    func month(_ index: Int) -> Int? {
        let word = self[index]
        guard word.count >= 3 else { return nil }
        return EnglishWords.months.firstIndex { name in
            let name = name.lowercased()
            return name == word || (word.count == 3 || word == "sept") && name.hasPrefix(word)
        }.map { $0 + 1 }
    }

    enum Unit { case minute, hour, day, week, month, year }

    func unit(_ index: Int) -> Unit? {
        switch self[index] {
        case "minute", "minutes", "min", "mins": .minute
        case "hour", "hours", "hr", "hrs": .hour
        case "day", "days": .day
        case "week", "weeks": .week
        case "month", "months": .month
        case "year", "years": .year
        default: nil
        }
    }
}
