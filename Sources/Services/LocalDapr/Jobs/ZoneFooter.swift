/// The rule at the end of a zone's data, in the words of POSIX, such as `CET-1CEST,M3.5.0,M10.5.0/3`: it holds
/// for all years after the table's end.
struct ZoneFooter: Sendable {
    private struct Change {
        enum Day {
            /// 1 … 365, the leap day not counted.
            case julian(Int)
            /// 0 … 365
            case ordinal(Int)
            /// The n-th weekday of a month; 5 is the last.
            case weekday(month: Int, week: Int, day: Int)
        }
        let day: Day
        /// On the wall clock before the change; may be negative or beyond a day.
        let seconds: Int
    }

    private let standard: Int
    private let summer: (offset: Int, begin: Change, end: Change)?

    /// Nil if the text is empty or not of this form.
    init?(_ text: String) {
        var scanner = FooterScanner(text)
        guard scanner.skipName(), let west = scanner.time() else { return nil }
        standard = -west
        guard !scanner.isAtEnd else {
            summer = nil
            return
        }
        guard scanner.skipName() else { return nil }
        let offset = scanner.isAtComma ? standard + 3600 : -(scanner.time() ?? west - 3600)
        guard let begin = Self.change(&scanner), let end = Self.change(&scanner), scanner.isAtEnd else {
            return nil
        }
        summer = (offset, begin, end)
    }

    func offset(at moment: Int64) -> Int {
        guard let summer else { return standard }
        let year = CivilTime(secondsSince1970: moment + Int64(standard)).year
        let begin = Self.wall(summer.begin, in: year) - Int64(standard)
        let end = Self.wall(summer.end, in: year) - Int64(summer.offset)
        // South of the equator summer goes over the turn of the year.
        let isSummer =
            begin < end ? (begin..<end).contains(moment) : !(end..<begin).contains(moment)
        return isSummer ? summer.offset : standard
    }

    private static func change(_ scanner: inout FooterScanner) -> Change? {
        guard scanner.take(",") else { return nil }
        let day: Change.Day
        if scanner.take("M") {
            guard let month = scanner.number(), scanner.take("."), let week = scanner.number(),
                scanner.take("."), let weekday = scanner.number(), (1...12).contains(month),
                (1...5).contains(week), (0...6).contains(weekday)
            else { return nil }
            day = .weekday(month: month, week: week, day: weekday)
        } else if scanner.take("J") {
            guard let number = scanner.number() else { return nil }
            day = .julian(number)
        } else {
            guard let number = scanner.number() else { return nil }
            day = .ordinal(number)
        }
        guard scanner.take("/") else { return Change(day: day, seconds: 7200) }
        return scanner.time().map { Change(day: day, seconds: $0) }
    }

    private static func wall(_ change: Change, in year: Int) -> Int64 {
        let date: CivilTime
        switch change.day {
        case .ordinal(let number): date = CivilTime(year: year, month: 1, day: number + 1)
        case .julian(let number):
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            date = CivilTime(year: year, month: 1, day: number + (isLeap && number >= 60 ? 1 : 0))
        case .weekday(let month, let week, let day):
            let first = CivilTime(year: year, month: month, day: 1)
            var number = 1 + (day - first.weekday + 7) % 7 + (week - 1) * 7
            let next = CivilTime(year: year, month: month + 1, day: 1)
            let length = Int((next.secondsSince1970 - first.secondsSince1970) / 86_400)
            while number > length { number -= 7 }
            date = CivilTime(year: year, month: month, day: number)
        }
        return date.secondsSince1970 + Int64(change.seconds)
    }
}

/// Reads the pieces of a footer one after the other.
private struct FooterScanner {
    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var isAtComma: Bool { rest.first == "," }

    mutating func take(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    /// Letters, or anything between angle brackets.
    mutating func skipName() -> Bool {
        if take("<") {
            guard let end = rest.firstIndex(of: ">") else { return false }
            rest = rest[rest.index(after: end)...]
            return true
        }
        let name = rest.prefix { $0.isLetter }
        rest = rest.dropFirst(name.count)
        return name.count >= 3
    }

    mutating func number() -> Int? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }.prefix(5)
        rest = rest.dropFirst(digits.count)
        return Int(digits)
    }

    /// `[+-]h[:m[:s]]` in seconds.
    mutating func time() -> Int? {
        let sign = take("-") ? -1 : 1
        if sign == 1 { _ = take("+") }
        guard var seconds = number().map({ $0 * 3600 }) else { return nil }
        for unit in [60, 1] where take(":") {
            guard let number = number() else { return nil }
            seconds += number * unit
        }
        return sign * seconds
    }
}
