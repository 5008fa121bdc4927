extension PhraseWords {
    private var today: LocalDateTime { now.date }

    /// A date with the words that introduce it, such as `on friday` or `by 31 march`; a time only where it says one.
    func date(at index: Int) -> Match<LocalDateTime>? {
        if isWord(index, ["on", "by", "due", "before"]) {
            if let match = day(at: index + 1) { return match }
            if let weekday = shortWeekday(index + 1) { return next(weekday, end: index + 2) }
            return dayOfMonth(at: index + 1)
        }
        if let match = day(at: index) { return match }
        if let weekday = weekday(index) { return next(weekday, end: index + 1) }
        if let weekday = shortWeekday(index), index > 0, isClosed(at: index + 1) {
            return next(weekday, end: index + 1)
        }
        return nil
    }

    /// A date that needs no word before it, and is no weekday alone.
    func day(at index: Int) -> Match<LocalDateTime>? {
        switch self[index] {
        case "today": return Match(value: today, end: index + 1)
        case "tomorrow", "tmrw": return Match(value: today.adding(days: 1), end: index + 1)
        case "tonight": return Match(value: today.at(.init(hour: 20, minute: 0)), end: index + 1)
        case "the" where follows(index + 1, "day", "after", "tomorrow"):
            return Match(value: today.adding(days: 2), end: index + 4)
        case "day" where follows(index + 1, "after", "tomorrow"):
            return Match(value: today.adding(days: 2), end: index + 3)
        case "in": return distance(at: index)
        case "next", "this": return relative(at: index)
        case "end": return end(at: index)
        default: return iso(at: index) ?? named(at: index)
        }
    }

    private func next(_ weekday: Weekday, end: Int) -> Match<LocalDateTime> {
        // Named on that very day, the next one is meant.
        let days = floorModulo(weekday.rawValue - today.weekday.rawValue - 1, 7) + 1
        let date = today.adding(days: days)
        return Match(value: date, end: end, alternatives: [date.adding(days: 7).description])
    }

    private func distance(at index: Int) -> Match<LocalDateTime>? {
        guard let count = number(index + 1), count > 0, let unit = unit(index + 2) else { return nil }
        let value =
            switch unit {
            case .minute: LocalDateTime(clockSeconds: now.clockSeconds + Int64(count) * 60)
            case .hour: LocalDateTime(clockSeconds: now.clockSeconds + Int64(count) * 3600)
            case .day: today.adding(days: count)
            case .week: today.adding(days: 7 * count)
            case .month: today.adding(months: count)
            case .year: today.adding(months: 12 * count)
            }
        return Match(value: value, end: index + 3)
    }

    private func relative(at index: Int) -> Match<LocalDateTime>? {
        let isNext = self[index] == "next"
        if let weekday = shortWeekday(index + 1) { return next(weekday, end: index + 2) }
        let monday = today.adding(days: -today.weekday.rawValue)
        switch self[index + 1] {
        case "week" where isNext: return Match(value: monday.adding(days: 7), end: index + 2)
        case "month" where isNext:
            return Match(
                value: LocalDateTime(year: today.year, month: today.month, day: 1).adding(months: 1),
                end: index + 2)
        case "year" where isNext:
            return Match(value: LocalDateTime(year: today.year + 1, month: 1, day: 1), end: index + 2)
        case "weekend":
            let saturday = max(today, monday.adding(days: 5))
            return Match(value: isNext ? monday.adding(days: 12) : saturday, end: index + 2)
        case "morning", "afternoon", "evening":
            return isNext ? nil : Match(value: today, end: index + 1)
        default: return nil
        }
    }

    private func end(at index: Int) -> Match<LocalDateTime>? {
        guard self[index + 1] == "of" else { return nil }
        let unit = isWord(index + 2, ["the", "this"]) ? index + 3 : index + 2
        switch self[unit] {
        case "week": return Match(value: today.adding(days: 6 - today.weekday.rawValue), end: unit + 1)
        case "month":
            let length = LocalDateTime.days(in: today.month, of: today.year)
            return Match(
                value: LocalDateTime(year: today.year, month: today.month, day: length), end: unit + 1)
        case "year": return Match(value: LocalDateTime(year: today.year, month: 12, day: 31), end: unit + 1)
        default: return nil
        }
    }

    private func iso(at index: Int) -> Match<LocalDateTime>? {
        guard self[index].utf8.count >= 10, let date = LocalDateTime(self[index].uppercased()) else {
            return nil
        }
        return Match(value: date, end: index + 1)
    }

    /// `3 december`, `3rd of december`, `december 3rd`, each with or without a year.
    private func named(at index: Int) -> Match<LocalDateTime>? {
        guard let (month, day, end) = monthDay(at: index) else { return nil }
        if let year = number(end), (2000...2100).contains(year) {
            guard day <= LocalDateTime.days(in: month, of: year) else { return nil }
            return Match(value: LocalDateTime(year: year, month: month, day: day), end: end + 1)
        }
        for year in today.year...today.year + 8 where day <= LocalDateTime.days(in: month, of: year) {
            let date = LocalDateTime(year: year, month: month, day: day)
            if date >= today { return Match(value: date, end: end) }
        }
        return nil
    }

    /// A month with a day of it, in either order.
    func monthDay(at index: Int) -> (month: Int, day: Int, end: Int)? {
        let dayFirst = numeral(index)
        if let day = dayFirst {
            let next = self[index + 1] == "of" ? index + 2 : index + 1
            guard let month = month(next), day <= LocalDateTime.days(in: month, of: 2000) else { return nil }
            return (month, day, next + 1)
        }
        guard let month = month(index), let day = numeral(index + 1),
            day <= LocalDateTime.days(in: month, of: 2000), !isWord(index + 2, Self.things)
        else { return nil }
        return (month, day, index + 2)
    }

    /// What is counted, so that the number before it is no day: `march 3 miles`.
    private static let things: Set<String> = [
        "miles", "km", "times", "steps", "hours", "minutes", "days", "weeks",
    ]

    private func numeral(_ index: Int) -> Int? {
        guard let first = self[index].utf8.first, (0x30...0x39).contains(first) else { return nil }
        return (ordinal(index) ?? number(index)).flatMap { (1...31).contains($0) ? $0 : nil }
    }

    /// `the 15th`, where nothing follows that it could belong to.
    private func dayOfMonth(at index: Int) -> Match<LocalDateTime>? {
        let place = self[index] == "the" ? index + 1 : index
        guard let day = ordinal(place), day > 0, self[place].first?.isNumber == true, isClosed(at: place + 1)
        else {
            return nil
        }
        var month = LocalDateTime(year: today.year, month: today.month, day: 1)
        for _ in 0..<12 {
            let length = LocalDateTime.days(in: month.month, of: month.year)
            let date = LocalDateTime(year: month.year, month: month.month, day: min(day, length))
            if day <= length, date >= today { return Match(value: date, end: place + 1) }
            month = month.adding(months: 1)
        }
        return nil
    }
}
