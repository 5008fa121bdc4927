extension PhraseWords {
    typealias Time = LocalDateTime.Time

    /// A time of day, with `at` before it or not.
    ///
    /// - Parameter isAfterDate: whether a date or a rule stands right before, so that `9:15` is no chapter and verse.
    func time(at index: Int, isAfterDate: Bool) -> Match<Time>? {
        let isSaid = isWord(index, ["at", "@", "around"])
        let start = isSaid ? index + 1 : index
        if let match = clock(at: start) { return match }
        if isSaid || isAfterDate, let match = colon(at: start) { return match }
        if isSaid { return bare(at: start) ?? named(at: start) }
        return isAfterDate ? named(at: start) ?? partOfDay(at: start) : nil
    }

    /// What can be nothing but a time: `5pm`, `5:45 pm`.
    func clock(at index: Int) -> Match<Time>? {
        for (suffix, isAfternoon) in [("am", false), ("pm", true)] {
            if self[index].hasSuffix(suffix), let time = halfDay(String(self[index].dropLast(2)), isAfternoon)
            {
                return Match(value: time, end: index + 1)
            }
            if self[index + 1] == suffix, let time = halfDay(self[index], isAfternoon) {
                return Match(value: time, end: index + 2)
            }
        }
        return nil
    }

    private func halfDay(_ text: String, _ isAfternoon: Bool) -> Time? {
        guard let (hour, minute) = Self.parts(text) ?? Self.digits(text, 1...2).map({ ($0, 0) }),
            (1...12).contains(hour)
        else { return nil }
        return Time(hour: hour % 12 + (isAfternoon ? 12 : 0), minute: minute)
    }

    private func colon(at index: Int) -> Match<Time>? {
        Self.parts(self[index]).map { Match(value: Time(hour: $0.0, minute: $0.1), end: index + 1) }
    }

    /// `at 9`: small hours are meant for the afternoon.
    private func bare(at index: Int) -> Match<Time>? {
        guard let hour = Self.digits(self[index], 1...2), hour < 24, isClosed(at: index + 1) else {
            return nil
        }
        let isSmall = (1...6).contains(hour)
        let other = isSmall ? hour : hour <= 12 ? (hour + 12) % 24 : nil
        return Match(
            value: Time(hour: isSmall ? hour + 12 : hour, minute: 0), end: index + 1,
            alternatives: other.map { ["\(padded($0, 2)):00"] } ?? [])
    }

    private func named(at index: Int) -> Match<Time>? {
        switch self[index] {
        case "noon": Match(value: Time(hour: 12, minute: 0), end: index + 1)
        case "midnight": Match(value: Time(hour: 0, minute: 0), end: index + 1)
        default: nil
        }
    }

    private func partOfDay(at index: Int) -> Match<Time>? {
        let hours = ["morning": 9, "afternoon": 14, "evening": 18, "night": 20]
        let word = follows(index, "in", "the") ? index + 2 : index
        return hours[self[word]].map { Match(value: Time(hour: $0, minute: 0), end: word + 1) }
    }

    private static func parts(_ text: String) -> (Int, Int)? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = digits(String(parts[0]), 1...2), hour < 24,
            let minute = digits(String(parts[1]), 2...2), minute < 60
        else { return nil }
        return (hour, minute)
    }

    private static func digits(_ text: String, _ lengths: ClosedRange<Int>) -> Int? {
        guard lengths.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
