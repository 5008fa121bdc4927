// Recurrence: RFC 5545 rules with RFC 7529's SKIP, expanded on local wall time.
//
//   RecurrenceRule          what a rule says; RuleReader reads it and names the position of every mistake
//   RecurrenceWalk          one occurrence after the other, with every step counted against a budget
//   Recurrence              a rule with its start, zone and exceptions; what comes after a completion
//   SeriesEdit              a change of this occurrence, of this and the following, or of all
//
// Foundation's own expander was tried and got 8 of 18 rules wrong, one of them without end.

/// A recurrence rule as RFC 5545 §3.3.10 has it, in the parts that make sense for tasks.
public struct RecurrenceRule: Sendable, Hashable {
    /// The unit that is counted.
    public enum Frequency: String, Sendable, CaseIterable {
        case minutely = "MINUTELY"
        case hourly = "HOURLY"
        case daily = "DAILY"
        case weekly = "WEEKLY"
        case monthly = "MONTHLY"
        case yearly = "YEARLY"
    }

    /// A weekday, or the so manieth of its month or year; negative counts from the end.
    public struct Day: Sendable, Hashable {
        /// Nil for every such day.
        public var ordinal: Int?
        /// The day of the week.
        public var weekday: Weekday

        /// A weekday of a rule.
        public init(_ weekday: Weekday, ordinal: Int? = nil) {
            self.ordinal = ordinal
            self.weekday = weekday
        }
    }

    /// The last moment that may be an occurrence.
    public enum Until: Sendable, Hashable {
        /// The whole day is included.
        case date(LocalDateTime)
        /// By the clock of the series, wherever it is.
        case local(LocalDateTime)
        /// In universal time, as seconds since 1970-01-01T00:00Z.
        case instant(Int64)
    }

    /// What is counted.
    public var frequency: Frequency
    /// How many of it from one period to the next.
    public var interval = 1
    /// How many occurrences there are at all; excluded ones count.
    public var count: Int?
    /// The last possible moment.
    public var until: Until?
    /// 1 to 12.
    public var months: [Int] = []
    /// 1 to 53, or counted from the year's end.
    public var weekNumbers: [Int] = []
    /// 1 to 366, or counted from the year's end.
    public var yearDays: [Int] = []
    /// 1 to 31, or counted from the month's end.
    public var monthDays: [Int] = []
    /// Weekdays.
    public var days: [Day] = []
    /// 0 to 23.
    public var hours: [Int] = []
    /// 0 to 59.
    public var minutes: [Int] = []
    /// Which of a period's occurrences remain; negative counts from the end.
    public var positions: [Int] = []
    /// The day that weeks begin with.
    public var weekStart = Weekday.monday

    /// Every so many units.
    public init(_ frequency: Frequency, interval: Int = 1) {
        self.frequency = frequency
        self.interval = interval
    }

    /// Whether some part says on which days, so that the start need not.
    var namesDays: Bool {
        !(weekNumbers.isEmpty && yearDays.isEmpty && monthDays.isEmpty && days.isEmpty)
    }

    /// Whether it counts elapsed time instead of days.
    var isByClock: Bool { frequency == .hourly || frequency == .minutely }
}

extension RecurrenceRule: CustomStringConvertible {
    /// The rule in its shortest spelling, always with the parts in the same order.
    public var description: String {
        var parts = ["FREQ=\(frequency.rawValue)"]
        if interval != 1 { parts.append("INTERVAL=\(interval)") }
        if let count { parts.append("COUNT=\(count)") }
        if let until { parts.append("UNTIL=\(until)") }
        let lists = [
            ("BYMONTH", months), ("BYWEEKNO", weekNumbers), ("BYYEARDAY", yearDays),
            ("BYMONTHDAY", monthDays),
        ]
        for (name, list) in lists where !list.isEmpty { parts.append(Self.part(name, list)) }
        if !days.isEmpty { parts.append("BYDAY=" + days.map(\.description).joined(separator: ",")) }
        for (name, list) in [("BYHOUR", hours), ("BYMINUTE", minutes), ("BYSETPOS", positions)]
        where !list.isEmpty {
            parts.append(Self.part(name, list))
        }
        if weekStart != .monday { parts.append("WKST=\(weekStart.abbreviation)") }
        return parts.joined(separator: ";")
    }

    private static func part(_ name: String, _ list: [Int]) -> String {
        "\(name)=" + list.map(String.init).joined(separator: ",")
    }
}

extension RecurrenceRule.Day: CustomStringConvertible {
    /// As a rule spells it.
    public var description: String { (ordinal.map(String.init) ?? "") + weekday.abbreviation }
}

extension RecurrenceRule.Until: CustomStringConvertible {
    /// As a rule spells it.
    public var description: String {
        switch self {
        case .date(let date): Self.compact(date)
        case .local(let local): Self.compact(local)
        case .instant(let instant): Self.compact(LocalDateTime(clockSeconds: instant)) + "Z"
        }
    }

    private static func compact(_ moment: LocalDateTime) -> String {
        let date = padded(moment.year, 4) + padded(moment.month, 2) + padded(moment.day, 2)
        guard let time = moment.time else { return date }
        return date + "T" + padded(time.hour, 2) + padded(time.minute, 2) + padded(time.second, 2)
    }
}

extension Weekday {
    /// Two letters, as a rule spells it.
    var abbreviation: String { ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][rawValue] }

    /// Capitalised, in English.
    public var name: String {
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][rawValue]
    }
}
