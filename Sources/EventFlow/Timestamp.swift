public import FoundationEssentials

/// RFC 3339 in UTC with milliseconds: the one spelling of instants on the wire.
public enum Timestamp {
    /// `2026-11-21T09:30:00.125Z`, rounded to the nearest millisecond.
    public static func text(of date: Date) -> String {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        if commonEra.contains(milliseconds) { return text(milliseconds: Int64(milliseconds)) }
        // The style cuts off, and a whole millisecond has no exact binary form: 0.181 s may be 0.180999….
        return Date(timeIntervalSince1970: (milliseconds + 0.25) / 1000).formatted(style)
    }

    /// Reads RFC 3339 with or without a fraction; nil for anything else.
    public static func date(from text: String) -> Date? {
        (try? style.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
    }

    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// From 1 January 1600, when every calendar had become Gregorian that ever will, to the end of 9999: milliseconds
    /// since 1970.
    private static let commonEra = -11_676_096_000_000.0..<253_402_300_800_000.0

    /// The calendar by integer arithmetic: a style costs microseconds an instant, and a page of tasks has a hundred.
    private static func text(milliseconds: Int64) -> String {
        let (day, time) = flooredDivision(milliseconds, by: 86_400_000)
        let (year, month, dayOfMonth) = civilDate(daysSince1970: day)
        return String(unsafeUninitializedCapacity: 24) { text in
            func put(_ number: Int64, at place: Int, digits: Int, then mark: Unicode.Scalar) {
                var rest = number
                for index in stride(from: place + digits - 1, through: place, by: -1) {
                    text[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                text[place + digits] = UInt8(ascii: mark)
            }
            put(year, at: 0, digits: 4, then: "-")
            put(month, at: 5, digits: 2, then: "-")
            put(dayOfMonth, at: 8, digits: 2, then: "T")
            put(time / 3_600_000, at: 11, digits: 2, then: ":")
            put(time / 60_000 % 60, at: 14, digits: 2, then: ":")
            put(time / 1000 % 60, at: 17, digits: 2, then: ".")
            put(time % 1000, at: 20, digits: 3, then: "Z")
            return 24
        }
    }

    /// Days of the Gregorian calendar, counted in 400-year eras that begin on 1 March, so that the leap day is the last
    /// of its year.
    private static func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = flooredDivision(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1
        )
    }

    private static func flooredDivision(_ number: Int64, by divisor: Int64) -> (Int64, Int64) {
        let (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
