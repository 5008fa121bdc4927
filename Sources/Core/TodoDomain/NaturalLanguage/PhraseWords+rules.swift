extension PhraseWords {
    /// A rule, without its times, its start and its end.
    func rule(at index: Int) -> Match<ParsedPhrase.Rule>? {
        adverb(at: index) ?? ordinalOfMonth(at: index) ?? every(at: index)
    }

    private func made(
        _ rule: RecurrenceRule, end: Int, isFromCompletion: Bool = false, alternatives: [String] = []
    ) -> Match<ParsedPhrase.Rule> {
        var made = ParsedPhrase.Rule(
            rrule: rule, skip: .omit, mode: isFromCompletion ? .completion : .schedule)
        // Who says the 31st of every month means the last day of the short ones.
        if rule.monthDays.contains(where: { $0 > 28 }) { made.skip = .backward }
        return Match(value: made, end: end, alternatives: alternatives)
    }

    /// `weekly` and the like, where they describe no noun: a `weekly review` is a review.
    private func adverb(at index: Int) -> Match<ParsedPhrase.Rule>? {
        let rule: RecurrenceRule? =
            switch self[index] {
            case "hourly": RecurrenceRule(.hourly)
            case "daily": RecurrenceRule(.daily)
            case "weekly": RecurrenceRule(.weekly)
            case "biweekly", "fortnightly": RecurrenceRule(.weekly, interval: 2)
            case "monthly": RecurrenceRule(.monthly)
            case "quarterly": RecurrenceRule(.monthly, interval: 3)
            case "yearly", "annually": RecurrenceRule(.yearly)
            default: nil
            }
        guard let rule, isClosed(at: index + 1) else { return nil }
        return withDays(rule, end: index + 1, isFromCompletion: false)
    }

    /// `last day of every month`, `second tuesday of each month`.
    private func ordinalOfMonth(at index: Int) -> Match<ParsedPhrase.Rule>? {
        let start = self[index] == "the" ? index + 1 : index
        guard let (rule, end) = nth(at: start), self[end] == "of", isWord(end + 1, ["every", "each"]),
            self[end + 2] == "month"
        else { return nil }
        return made(rule, end: end + 3)
    }

    /// The so manieth day, workday or weekday of a month.
    private func nth(at index: Int) -> (RecurrenceRule, Int)? {
        guard let ordinal = ordinal(index) else { return nil }
        var rule = RecurrenceRule(.monthly)
        if self[index + 1] == "day" {
            rule.monthDays = [ordinal]
        } else if isWord(index + 1, ["workday", "weekday"]) {
            rule.days = Self.workdays
            rule.positions = [ordinal]
        } else if let weekday = shortWeekday(index + 1), abs(ordinal) <= 5 {
            rule.days = [.init(weekday, ordinal: ordinal)]
        } else {
            return nil
        }
        return (rule, index + 2)
    }

    private static let workdays = Weekday.allCases.prefix(5).map { RecurrenceRule.Day($0) }

    private func every(at index: Int) -> Match<ParsedPhrase.Rule>? {
        guard isWord(index, ["every", "each", "every!"]) else { return nil }
        let isFromCompletion = self[index] == "every!"
        var place = index + 1
        // Of the 12 february every year.
        if let (month, day, end) = monthDay(at: place) {
            var rule = RecurrenceRule(.yearly)
            (rule.months, rule.monthDays) = ([month], [day])
            return made(rule, end: end, isFromCompletion: isFromCompletion)
        }
        if let (rule, end) = nth(at: place), self[place] != "second" || self[end] == "of" {
            let isTold =
                self[end] == "of" && isWord(end + 1, ["the", "every", "each"]) && self[end + 2] == "month"
            // `every third friday` may be meant either way; `every second day` is no day of the month.
            if isTold || shortWeekday(place + 1) != nil { return made(rule, end: isTold ? end + 3 : end) }
        }
        var interval = 1
        if isWord(place, ["other", "second"]) {
            (interval, place) = (2, place + 1)
        } else if let count = number(place), (1...1000).contains(count), unit(place + 1) != nil {
            (interval, place) = (count, place + 1)
        } else if let count = ordinal(place), count > 0, unit(place + 1) != nil {
            (interval, place) = (count, place + 1)
        }
        return counted(interval, at: place, isFromCompletion)
    }

    private func counted(_ interval: Int, at place: Int, _ isFromCompletion: Bool) -> Match<
        ParsedPhrase.Rule
    >? {
        if let unit = unit(place) {
            let frequency: RecurrenceRule.Frequency =
                switch unit {
                case .minute: .minutely
                case .hour: .hourly
                case .day: .daily
                case .week: .weekly
                case .month: .monthly
                case .year: .yearly
                }
            guard frequency != .minutely || interval >= 60 else { return nil }
            return withDays(
                RecurrenceRule(frequency, interval: interval), end: place + 1,
                isFromCompletion: isFromCompletion)
        }
        var rule = RecurrenceRule(.weekly, interval: interval)
        if isWord(place, ["weekday", "workday", "weekdays"]) {
            rule.days = Self.workdays
            return made(rule, end: place + 1, isFromCompletion: isFromCompletion)
        }
        if self[place] == "weekend" {
            rule.days = [.init(.saturday), .init(.sunday)]
            return made(rule, end: place + 1, isFromCompletion: isFromCompletion)
        }
        guard let (days, end) = weekdays(at: place) else { return nil }
        rule.days = days
        var monthly = RecurrenceRule(.monthly)
        monthly.days = days.map { .init($0.weekday, ordinal: 2) }
        return made(
            rule, end: end, isFromCompletion: isFromCompletion,
            alternatives: interval == 2 && days.count == 1 ? [monthly.description] : [])
    }

    /// `monday, wednesday and friday`.
    private func weekdays(at index: Int) -> ([RecurrenceRule.Day], Int)? {
        guard let first = shortWeekday(index) else { return nil }
        var days = [RecurrenceRule.Day(first)]
        var place = index + 1
        while true {
            let next = isWord(place, ["and", "&"]) ? place + 1 : place
            let isJoined =
                next > place || words.indices.contains(place - 1) && words[place - 1].text.hasSuffix(",")
            guard isJoined, let day = shortWeekday(next) else { break }
            if !days.contains(.init(day)) { days.append(.init(day)) }
            place = next + 1
        }
        return (days.sorted { $0.weekday.rawValue < $1.weekday.rawValue }, place)
    }

    /// `… on the 1st`, `… on the last friday`, `… on 12 february`, `… on monday`.
    private func withDays(
        _ given: RecurrenceRule, end: Int, isFromCompletion: Bool
    ) -> Match<ParsedPhrase.Rule> {
        var rule = given
        var place = end
        if self[end] == "on" {
            let start = self[end + 1] == "the" ? end + 2 : end + 1
            if rule.frequency == .monthly, let (days, next) = nth(at: start) {
                (rule.days, rule.monthDays, rule.positions, place) = (
                    days.days, days.monthDays, days.positions, next
                )
            } else if rule.frequency == .monthly, let day = ordinal(start) {
                (rule.monthDays, place) = ([day], start + 1)
                while isWord(place, ["and"]), let more = ordinal(place + 1) ?? ordinal(place + 2) {
                    if !rule.monthDays.contains(more) { rule.monthDays.append(more) }
                    place += self[place + 1] == "the" ? 3 : 2
                }
                rule.monthDays.sort()
            } else if rule.frequency == .yearly, let (month, day, next) = monthDay(at: start) {
                (rule.months, rule.monthDays, place) = ([month], [day], next)
            } else if rule.frequency == .weekly, let (days, next) = weekdays(at: start) {
                (rule.days, place) = (days, next)
            }
        }
        return made(rule, end: place, isFromCompletion: isFromCompletion)
    }
}
