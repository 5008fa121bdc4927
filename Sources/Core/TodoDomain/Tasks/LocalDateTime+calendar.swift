// Calendar arithmetic by counting days, without any calendar library: the proleptic Gregorian calendar repeats every
// 400 years, and a year that begins in March has its leap day at the end.

extension LocalDateTime {
    /// A date with an optional time of day; the parts must name a day that exists.
    public init(year: Int, month: Int, day: Int, time: Time? = nil) {
        self.year = year
        self.month = month
        self.day = day
        self.time = time
    }

    /// The day that is so many days after 1970-01-01.
    public init(dayNumber: Int, time: Time? = nil) {
        // Days since 1 March of the year 0, so that every era of 400 years begins alike.
        let shifted = dayNumber + 719_468
        let era = floorDivision(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, time: time)
    }

    /// The local time whose clock shows so many seconds since midnight of 1970-01-01.
    public init(clockSeconds: Int64) {
        let day = floorDivision(Int(clamping: clockSeconds), 86_400)
        let rest = Int(clamping: clockSeconds) - day * 86_400
        self.init(
            dayNumber: day, time: Time(hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60))
    }

    /// Days since 1970-01-01, negative before it.
    public var dayNumber: Int { Self.dayNumber(year: year, month: month, day: day) }

    /// Seconds of the clock since midnight of 1970-01-01, whatever zone the clock is in; a date counts as its midnight.
    public var clockSeconds: Int64 {
        let time = time ?? Time(hour: 0, minute: 0)
        return Int64(dayNumber) * 86_400 + Int64(time.secondOfDay)
    }

    /// The day of the week.
    public var weekday: Weekday { Weekday(dayNumber: dayNumber) }

    /// The same time of day so many days later.
    public func adding(days: Int) -> LocalDateTime {
        LocalDateTime(dayNumber: dayNumber + days, time: time)
    }

    /// The same time of day so many months later, on the month's last day where it is too short.
    public func adding(months: Int) -> LocalDateTime {
        let count = year * 12 + month - 1 + months
        let newYear = floorDivision(count, 12)
        let newMonth = count - newYear * 12 + 1
        return LocalDateTime(
            year: newYear, month: newMonth, day: min(day, Self.days(in: newMonth, of: newYear)), time: time)
    }

    /// The day without a time of day.
    public var date: LocalDateTime { LocalDateTime(year: year, month: month, day: day) }

    /// The same day at another time of day.
    public func at(_ time: Time?) -> LocalDateTime {
        LocalDateTime(year: year, month: month, day: day, time: time)
    }

    static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = floorDivision(year, 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func isLeap(_ year: Int) -> Bool { days(in: 2, of: year) == 29 }

    static func days(ofYear year: Int) -> Int { isLeap(year) ? 366 : 365 }
}

extension LocalDateTime.Time {
    /// A time of day; the parts must be within their ranges.
    public init(hour: Int, minute: Int) {
        self.init(hour: hour, minute: minute, second: 0)
    }

    /// Seconds since midnight.
    public var secondOfDay: Int { hour * 3600 + minute * 60 + second }
}

extension LocalDateTime: Comparable {
    /// A date comes before every time of that day.
    public static func < (one: LocalDateTime, other: LocalDateTime) -> Bool {
        (one.year, one.month, one.day, one.time?.secondOfDay ?? -1)
            < (other.year, other.month, other.day, other.time?.secondOfDay ?? -1)
    }
}

extension LocalDateTime: CustomStringConvertible {
    /// `2026-12-01`, `2026-12-01T09:00`, or with seconds if there are any: what `init(_:)` reads.
    public var description: String {
        let day = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        guard let time else { return day }
        let clock = "\(day)T\(padded(time.hour, 2)):\(padded(time.minute, 2))"
        return time.second == 0 ? clock : "\(clock):\(padded(time.second, 2))"
    }
}

/// A day of the week, counted as ISO 8601 does.
public enum Weekday: Int, Sendable, CaseIterable, Codable {
    case monday = 0, tuesday, wednesday, thursday, friday, saturday, sunday

    /// Of a day counted from 1970-01-01, which was a Thursday.
    init(dayNumber: Int) {
        self = Weekday(rawValue: floorModulo(dayNumber + 3, 7)) ?? .monday
    }
}

/// The quotient rounded down, so that the time before 1970 counts on in the same direction.
func floorDivision(_ value: Int, _ divisor: Int) -> Int {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
}

func floorModulo(_ value: Int, _ divisor: Int) -> Int { value - floorDivision(value, divisor) * divisor }

/// A number with leading zeros.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(abs(number))
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
}
