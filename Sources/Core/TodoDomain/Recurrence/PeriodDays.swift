/// Which days of a period a rule names: a day, a week, a month or a year.
struct PeriodDays: Sendable {
    private let rule: RecurrenceRule
    private let anchor: LocalDateTime
    private let skip: RecurrenceSeries.Skip
    private let weekStart: Int

    init(
        _ given: RecurrenceRule, start: LocalDateTime, anchor: LocalDateTime, skip: RecurrenceSeries.Skip
    ) {
        var rule = given
        // What a rule does not say, its start says (RFC 5545 §3.3.10).
        if !rule.namesDays {
            switch rule.frequency {
            case .yearly:
                if rule.months.isEmpty { rule.months = [start.month] }
                rule.monthDays = [start.day]
            case .monthly: rule.monthDays = [start.day]
            case .weekly: rule.days = [RecurrenceRule.Day(start.weekday)]
            case .daily, .hourly, .minutely: break
            }
        } else if !rule.weekNumbers.isEmpty, rule.days.isEmpty, rule.monthDays.isEmpty, rule.yearDays.isEmpty
        {
            rule.days = [RecurrenceRule.Day(start.weekday)]
        }
        self.rule = rule
        self.anchor = anchor
        self.skip = skip
        weekStart = rule.weekStart.rawValue
    }

    private var firstWeek: Int { Self.weekStart(of: anchor.dayNumber, weekStart) }

    private static func weekStart(of day: Int, _ first: Int) -> Int {
        day - floorModulo(Weekday(dayNumber: day).rawValue - first, 7)
    }

    /// A period that lies before a moment for certain, and little before.
    func period(before moment: LocalDateTime) -> Int {
        let distance =
            switch rule.frequency {
            case .yearly: moment.year - anchor.year
            case .monthly: (moment.year - anchor.year) * 12 + moment.month - anchor.month
            case .weekly: floorDivision(moment.dayNumber - firstWeek, 7)
            case .daily, .hourly, .minutely: moment.dayNumber - anchor.dayNumber
            }
        // A day skipped forward belongs to the period before.
        return max(0, distance / rule.interval - 2)
    }

    /// The days of a period in their order; nil beyond the year 9999.
    func days(inPeriod index: Int, steps: inout Int) -> [Int]? {
        steps += 1
        let (distance, overflows) = index.multipliedReportingOverflow(by: rule.interval)
        guard !overflows, distance < 4_000_000 else { return nil }
        switch rule.frequency {
        case .yearly:
            let year = anchor.year + distance
            return year > 9999 ? nil : days(ofYear: year, steps: &steps)
        case .monthly:
            let month = anchor.year * 12 + anchor.month - 1 + distance
            guard month / 12 <= 9999 else { return nil }
            return days(ofMonth: month % 12 + 1, year: month / 12, steps: &steps)
        case .weekly:
            let first = firstWeek + distance * 7
            return first > Self.lastDay ? nil : named(first..<first + 7, steps: &steps)
        case .daily, .hourly, .minutely:
            let day = anchor.dayNumber + distance
            return day > Self.lastDay ? nil : (matches(day) ? [day] : [])
        }
    }

    private static let lastDay = LocalDateTime.dayNumber(year: 9999, month: 12, day: 31)

    private func days(ofYear year: Int, steps: inout Int) -> [Int] {
        var found: [Int] = []
        for month in rule.months.isEmpty ? Array(1...12) : rule.months {
            found += named(range(ofMonth: month, year), steps: &steps)
            found += substitutes(month, year)
        }
        if rule.yearDays.contains(366), !LocalDateTime.isLeap(year), skip != .omit {
            let last = LocalDateTime.dayNumber(year: year, month: 12, day: 31)
            found.append(skip == .backward ? last : last + 1)
        }
        return Array(Set(found)).sorted()
    }

    private func days(ofMonth month: Int, year: Int, steps: inout Int) -> [Int] {
        guard rule.months.isEmpty || rule.months.contains(month) else { return [] }
        let found = named(range(ofMonth: month, year), steps: &steps) + substitutes(month, year)
        return Array(Set(found)).sorted()
    }

    private func range(ofMonth month: Int, _ year: Int) -> Range<Int> {
        let first = LocalDateTime.dayNumber(year: year, month: month, day: 1)
        return first..<first + LocalDateTime.days(in: month, of: year)
    }

    private func named(_ range: Range<Int>, steps: inout Int) -> [Int] {
        steps += range.count
        return range.filter(matches)
    }

    /// For days that the month has not got, the day before or after (RFC 7529 §4.1).
    private func substitutes(_ month: Int, _ year: Int) -> [Int] {
        let length = LocalDateTime.days(in: month, of: year)
        guard skip != .omit, rule.monthDays.contains(where: { $0 > length }) else { return [] }
        let last = LocalDateTime.dayNumber(year: year, month: month, day: length)
        let day = skip == .backward ? last : last + 1
        let weekday = Weekday(dayNumber: day)
        let isWanted = rule.days.isEmpty || rule.days.contains { $0.ordinal == nil && $0.weekday == weekday }
        return isWanted && rule.yearDays.isEmpty && rule.weekNumbers.isEmpty ? [day] : []
    }

    /// Whether the parts of the rule that name days all name this one.
    func matches(_ number: Int) -> Bool {
        let day = LocalDateTime(dayNumber: number)
        if !rule.months.isEmpty, !rule.months.contains(day.month) { return false }
        if !rule.monthDays.isEmpty {
            let length = LocalDateTime.days(in: day.month, of: day.year)
            guard rule.monthDays.contains(day.day) || rule.monthDays.contains(day.day - length - 1) else {
                return false
            }
        }
        if !rule.yearDays.isEmpty {
            let index = number - LocalDateTime.dayNumber(year: day.year, month: 1, day: 1) + 1
            let length = LocalDateTime.days(ofYear: day.year)
            guard rule.yearDays.contains(index) || rule.yearDays.contains(index - length - 1) else {
                return false
            }
        }
        return isNamedWeekday(number, day) && isInNamedWeek(number, day)
    }

    private func isNamedWeekday(_ number: Int, _ day: LocalDateTime) -> Bool {
        guard !rule.days.isEmpty else { return true }
        let weekday = Weekday(dayNumber: number)
        return rule.days.contains { wanted in
            guard wanted.weekday == weekday else { return false }
            guard let ordinal = wanted.ordinal else { return true }
            let isOfMonth = rule.frequency == .monthly || !rule.months.isEmpty
            let first = LocalDateTime.dayNumber(year: day.year, month: isOfMonth ? day.month : 1, day: 1)
            let length =
                isOfMonth
                ? LocalDateTime.days(in: day.month, of: day.year) : LocalDateTime.days(ofYear: day.year)
            let index = number - first
            return ordinal > 0 ? index / 7 + 1 == ordinal : -((length - 1 - index) / 7 + 1) == ordinal
        }
    }

    /// Weeks belong to the year that has most of their days, as in ISO 8601, whatever day they begin with.
    private func isInNamedWeek(_ number: Int, _ day: LocalDateTime) -> Bool {
        guard !rule.weekNumbers.isEmpty else { return true }
        let week = Self.weekStart(of: number, weekStart)
        let year = LocalDateTime(dayNumber: week + 3).year
        let first = firstWeek(of: year)
        let index = (week - first) / 7 + 1
        let count = (firstWeek(of: year + 1) - first) / 7
        return rule.weekNumbers.contains(index) || rule.weekNumbers.contains(index - count - 1)
    }

    private func firstWeek(of year: Int) -> Int {
        // The week of 4 January is the first with at least four days in the year.
        Self.weekStart(of: LocalDateTime.dayNumber(year: year, month: 1, day: 4), weekStart)
    }
}
