extension RecurrenceRule {
    /// The rule in plain English, such as `every second Friday at 17:00`.
    ///
    /// - Parameter start: where the rule begins, which says what the rule leaves out.
    public func english(start: LocalDateTime) -> String {
        EnglishRule(rule: self, start: start).text
    }
}

private struct EnglishRule {
    let rule: RecurrenceRule
    let start: LocalDateTime

    var text: String {
        var words = [
            rule.positions.isEmpty ? subject : "the \(list(rule.positions.map(ordinal))) of \(subject)"
        ]
        if !rule.isByClock, let times { words.append("at \(times)") }
        if rule.isByClock, !rule.hours.isEmpty {
            words.append("in the hours \(list(rule.hours.map(String.init)))")
        }
        if let count = rule.count { words.append(count == 1 ? "once" : "\(count) times") }
        if let until = rule.until { words.append("until \(untilText(until))") }
        return words.joined(separator: " ")
    }

    private var times: String? {
        let times = RecurrenceWalk.times(of: rule, start: start).compactMap { $0 }
        guard !times.isEmpty else { return nil }
        return list(times.map { "\(padded($0.hour, 2)):\(padded($0.minute, 2))" })
    }

    private var subject: String {
        switch rule.frequency {
        case .minutely, .hourly, .daily:
            let unit = [.minutely: "minute", .hourly: "hour"][rule.frequency] ?? "day"
            return every(unit) + (rule.namesDays ? " that is \(dayText)" : "") + months(" in ")
        case .weekly:
            let days = rule.days.isEmpty ? [RecurrenceRule.Day(start.weekday)] : rule.days
            if days.count == 1 { return every(days[0].weekday.name) + months(" in ") }
            if rule.interval == 1, isWorkWeek(days) { return "every weekday" + months(" in ") }
            let names = list(days.map(\.weekday.name))
            let subject = rule.interval == 1 ? "every \(names)" : "every \(rule.interval) weeks on \(names)"
            return subject + months(" in ")
        case .monthly:
            let day = rule.namesDays ? dayText : "the \(ordinal(start.day))"
            return "\(every("month")) on \(day)" + months(" in ")
        case .yearly: return yearly
        }
    }

    private var yearly: String {
        if !rule.weekNumbers.isEmpty {
            let days = rule.days.isEmpty ? start.weekday.name : list(rule.days.map(\.weekday.name))
            return "\(every("year")) on \(days) of week \(list(rule.weekNumbers.map(number)))"
                + months(" in ")
        }
        if !rule.yearDays.isEmpty {
            return "\(every("year")) on the \(list(rule.yearDays.map(ordinal))) day"
        }
        guard rule.namesDays else {
            let names = rule.months.isEmpty ? [monthName(start.month)] : rule.months.map(monthName)
            return "\(every("year")) on \(start.day) \(list(names))"
        }
        return "\(every("year")) on \(dayText)" + months(" of ")
    }

    private var dayText: String {
        var parts: [String] = []
        if !rule.days.isEmpty {
            parts.append(
                isWorkWeek(rule.days)
                    ? "a weekday"
                    : list(
                        rule.days.map { day in
                            day.ordinal.map { "the \(ordinal($0)) \(day.weekday.name)" }
                                ?? "a \(day.weekday.name)"
                        }))
        }
        if !rule.monthDays.isEmpty { parts.append("the \(list(rule.monthDays.map(ordinal)))") }
        return parts.joined(separator: " that is also ")
    }

    private func isWorkWeek(_ days: [RecurrenceRule.Day]) -> Bool {
        days.count == 5 && days.allSatisfy { $0.ordinal == nil && $0.weekday.rawValue < 5 }
    }

    private func months(_ word: String) -> String {
        rule.months.isEmpty ? "" : word + list(rule.months.map(monthName))
    }

    private func every(_ unit: String) -> String {
        let isDay = unit.first?.isUppercase == true
        return switch rule.interval {
        case 1: "every \(unit)"
        case 2: isDay ? "every second \(unit)" : "every 2 \(unit)s"
        default: isDay ? "every \(ordinal(rule.interval)) \(unit)" : "every \(rule.interval) \(unit)s"
        }
    }

    private func untilText(_ until: RecurrenceRule.Until) -> String {
        switch until {
        case .date(let date): date.description
        case .local(let local): local.description.replacing("T", with: " ")
        case .instant(let instant):
            LocalDateTime(clockSeconds: instant).description.replacing("T", with: " ") + " UTC"
        }
    }

    private func monthName(_ month: Int) -> String { EnglishWords.months[month - 1] }

    private func number(_ value: Int) -> String {
        value > 0 ? String(value) : value == -1 ? "last" : "\(ordinal(-value)) from the end"
    }

    private func ordinal(_ value: Int) -> String {
        guard value > 0 else { return value == -1 ? "last" : "\(ordinal(-value)) last" }
        let suffix =
            switch (value % 100, value % 10) {
            case (11...13, _): "th"
            case (_, 1): "st"
            case (_, 2): "nd"
            case (_, 3): "rd"
            default: "th"
            }
        return "\(value)\(suffix)"
    }

    private func list(_ words: [String]) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }
}

/// English words that texts are made of, and read by.
enum EnglishWords {
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ]
}
