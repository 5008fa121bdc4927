extension PhraseWords {
    /// `#home`; `#42` is a number of something.
    func tag(at index: Int) -> Match<String>? {
        mark("#", at: index)
    }

    /// `+Someday`, `+"House and garden"`.
    func list(at index: Int) -> Match<String>? {
        guard words.indices.contains(index), !words[index].isQuoted else { return nil }
        if words[index].text.dropFirst().first.map({ "\"“”".contains($0) }) == true,
            words[index].text.first == "+"
        {
            return Match(value: words[index].plain, end: index + 1)
        }
        return mark("+", at: index)
    }

    private func mark(_ sign: Character, at index: Int) -> Match<String>? {
        guard words.indices.contains(index), !words[index].isQuoted, words[index].text.first == sign else {
            return nil
        }
        var name = words[index].text.dropFirst()
        while let last = name.last, ",;.?!".contains(last) { name.removeLast() }
        guard name.first?.isLetter == true,
            name.allSatisfy({ $0.isLetter || $0.isNumber || "_-/".contains($0) })
        else { return nil }
        return Match(value: String(name), end: index + 1)
    }

    /// `!high`, or `p1` to `p4`.
    func priority(at index: Int) -> Match<TaskPriority>? {
        let found: TaskPriority? =
            switch self[index] {
            case "!urgent", "!1", "p1": .urgent
            case "!high", "!2", "p2": .high
            case "!medium", "!3", "p3": .medium
            case "!low", "!4", "p4": .low
            default: nil
            }
        return found.map { Match(value: $0, end: index + 1) }
    }

    /// `remind me 1 day before and 3 hours before`, `remind me tomorrow at 9am`.
    func reminders(at index: Int) -> Match<[ParsedPhrase.Reminder]>? {
        guard follows(index, "remind", "me") else { return nil }
        var found: [ParsedPhrase.Reminder] = []
        var place = index + 2
        while let match = offset(at: place) {
            found.append(.before(match.value))
            place = match.end
            guard isWord(place, ["and"]), offset(at: place + 1) != nil else { break }
            place += 1
        }
        if !found.isEmpty { return Match(value: found, end: place) }
        return moment(at: place).map { Match(value: [.at($0.value)], end: $0.end) }
    }

    private func offset(at index: Int) -> Match<CalendarOffset>? {
        guard let count = number(index), (1...1000).contains(count), let unit = unit(index + 1),
            isWord(index + 2, ["before", "earlier"])
        else { return nil }
        let offset: CalendarOffset? =
            switch unit {
            case .minute: CalendarOffset(seconds: -60 * count)
            case .hour: CalendarOffset(seconds: -3600 * count)
            case .day: CalendarOffset(days: -count)
            case .week: CalendarOffset(days: -7 * count)
            case .month, .year: nil
            }
        return offset.map { Match(value: $0, end: index + 3) }
    }

    /// A date with a time, or a time alone.
    private func moment(at index: Int) -> Match<LocalDateTime>? {
        if let date = date(at: index) {
            if date.value.hasTime { return date }
            let time = time(at: date.end, isAfterDate: true)
            return Match(
                value: date.value.at(time?.value ?? .init(hour: 9, minute: 0)), end: time?.end ?? date.end)
        }
        guard let time = time(at: index, isAfterDate: false) else { return nil }
        let today = now.date.at(time.value)
        return Match(value: today > now ? today : today.adding(days: 1), end: time.end)
    }
}
