// The TZ string of POSIX with the extensions of RFC 9636 §3.3.1: `CET-1CEST,M3.5.0,M10.5.0/3`, `<+1030>-10:30`.

extension ZoneClosingRule {
    /// Reads a TZ string; nil for anything else.
    init?(text: some Sequence<UInt8>) {
        var reader = TZStringReader(text)
        guard reader.skipName(), let west = reader.offset() else { return nil }
        self.init(standard: -west, daylight: nil)
        if reader.isAtEnd { return }
        guard reader.skipName() else { return nil }
        var offset = standard + 3600
        if !reader.isNext(",") {
            guard let west = reader.offset() else { return nil }
            offset = -west
        }
        // Without dates it would be the system's business to know them.
        guard reader.take(","), let begins = reader.turn(), reader.take(","), let ends = reader.turn(),
            reader.isAtEnd
        else { return nil }
        daylight = Daylight(offset: offset, begins: begins, ends: ends)
    }
}

private struct TZStringReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: some Sequence<UInt8>) {
        rest = Array(text)[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    func isNext(_ sign: Unicode.Scalar) -> Bool { rest.first == UInt8(ascii: sign) }

    mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard isNext(sign) else { return false }
        rest.removeFirst()
        return true
    }

    /// Three letters at least, or anything printable within angle brackets.
    mutating func skipName() -> Bool {
        if take("<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")), end - rest.startIndex >= 3 else {
                return false
            }
            rest = rest[(end + 1)...]
            return true
        }
        let letters = rest.prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
        rest = rest[letters.endIndex...]
        return letters.count >= 3
    }

    /// Seconds of `[+-]hh[:mm[:ss]]`.
    mutating func offset() -> Int? {
        seconds(hours: 0...24)
    }

    private mutating func seconds(hours range: ClosedRange<Int>) -> Int? {
        let sign = take("-") ? -1 : 1
        if sign == 1 { _ = take("+") }
        guard let hours = number(range) else { return nil }
        var total = hours * 3600
        for unit in [60, 1] where isNext(":") {
            _ = take(":")
            guard let amount = number(0...59) else { return nil }
            total += amount * unit
        }
        return sign * total
    }

    mutating func turn() -> ZoneClosingRule.Turn? {
        guard let day = day() else { return nil }
        guard take("/") else { return .init(day: day, secondOfDay: 2 * 3600) }
        return seconds(hours: 0...167).map { .init(day: day, secondOfDay: $0) }
    }

    private mutating func day() -> ZoneClosingRule.Day? {
        if take("J") { return number(1...365).map { .julian($0) } }
        if take("M") {
            guard let month = number(1...12), take("."), let week = number(1...5), take("."),
                let weekday = number(0...6)
            else { return nil }
            return .weekday(month: month, week: week, weekday: weekday)
        }
        return number(0...365).map { .ofYear($0) }
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...3).contains(digits.count) else { return nil }
        rest = rest[digits.endIndex...]
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return range.contains(value) ? value : nil
    }
}
