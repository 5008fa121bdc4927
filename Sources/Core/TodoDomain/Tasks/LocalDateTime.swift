/// A date with an optional time of day and no zone, in the extended format of ISO 8601.
public struct LocalDateTime: Sendable, Hashable {
    /// 0 to 9999 when read from text, in the proleptic Gregorian calendar.
    public var year: Int
    /// 1 to 12 when read from text.
    public var month: Int
    /// 1 to the last day of that month when read from text.
    public var day: Int
    /// Hour, minute and second; nil for a date alone.
    public var time: Time?

    /// A time of day.
    public struct Time: Sendable, Hashable {
        /// 0 to 23 when read from text: midnight is never 24.
        public var hour: Int
        /// 0 to 59 when read from text.
        public var minute: Int
        /// 0 to 59 when read from text, so no leap second; 0 if the text stops at the minute.
        public var second: Int
    }

    /// Tells text that fits a floating or zoned due time from text that fits a date.
    public var hasTime: Bool { time != nil }

    /// Reads `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM` or `YYYY-MM-DDTHH:MM:SS`; nil for anything else or no such day.
    public init?(_ text: String) {
        let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        let date = Self.numbers(halves[0], separator: "-", widths: [4, 2, 2])
        guard let date, (1...12).contains(date[1]),
            (1...Self.days(in: date[1], of: date[0])).contains(date[2])
        else { return nil }
        (year, month, day) = (date[0], date[1], date[2])
        guard halves.count == 2 else { return }
        let time =
            Self.numbers(halves[1], separator: ":", widths: [2, 2, 2])
            ?? Self.numbers(halves[1], separator: ":", widths: [2, 2]).map { $0 + [0] }
        guard let time, time[0] < 24, time[1] < 60, time[2] < 60 else { return nil }
        self.time = Time(hour: time[0], minute: time[1], second: time[2])
    }

    private static func numbers(_ text: Substring, separator: Character, widths: [Int]) -> [Int]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.count == widths.count else { return nil }
        var numbers: [Int] = []
        for (part, width) in zip(parts, widths) {
            guard part.utf8.count == width, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(part)
            else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    /// Days of a month in the proleptic Gregorian calendar.
    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}
