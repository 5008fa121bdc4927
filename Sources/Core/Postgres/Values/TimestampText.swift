import FoundationEssentials

// PostgreSQL's ISO timestamps, written and read with integer arithmetic: a formatter costs microseconds a
// value and rounds to milliseconds. Microseconds since 2001 fit a Double exactly enough, so a stored date
// reads back equal.

private let microsecondsPerDay: Int64 = 86_400_000_000
private let referenceDay = daysSince1970(year: 2001, month: 1, day: 1)

/// `2026-01-31T09:00:00.123456Z`, or `infinity` for what no calendar holds.
func timestampText(of date: Date) -> String {
    let seconds = date.timeIntervalSinceReferenceDate
    guard abs(seconds) < 3e11 else { return seconds < 0 ? "-infinity" : "infinity" }
    let microseconds = Int64((seconds * 1_000_000).rounded()) + referenceDay * microsecondsPerDay
    let day = microseconds.flooredQuotient(by: microsecondsPerDay)
    let rest = microseconds - day * microsecondsPerDay
    let (year, month, dayOfMonth) = civilDate(daysSince1970: day)
    let isBeforeChrist = year < 1
    let clock = rest / 1_000_000
    var text: [UInt8] = []
    text.reserveCapacity(32)
    text.append(isBeforeChrist ? 1 - year : year, digits: 4, then: "-")
    text.append(month, digits: 2, then: "-")
    text.append(dayOfMonth, digits: 2, then: "T")
    text.append(clock / 3600, digits: 2, then: ":")
    text.append(clock / 60 % 60, digits: 2, then: ":")
    text.append(clock % 60, digits: 2, then: ".")
    text.append(rest % 1_000_000, digits: 6, then: "Z")
    return String(decoding: text, as: UTF8.self) + (isBeforeChrist ? " BC" : "")
}

/// Reads `2026-01-31 09:00:00.123456+00`, with any offset, without one, or a day alone.
func date(ofTimestamp text: UnsafeBufferPointer<UInt8>) -> Date? {
    var reader = DigitReader(text)
    guard let year = reader.number(), reader.skip("-"), let month = reader.number(), reader.skip("-"),
        let day = reader.number(), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var microseconds: Int64 = 0
    if reader.skip(" ") || reader.skip("T") {
        guard let hour = reader.number(), reader.skip(":"), let minute = reader.number(), reader.skip(":"),
            let second = reader.number()
        else { return nil }
        microseconds = (hour * 3600 + minute * 60 + second) * 1_000_000
        if reader.skip(".") {
            guard let fraction = reader.fraction() else { return nil }
            microseconds += fraction
        }
        guard let offset = reader.offset() else { return nil }
        microseconds -= offset * 1_000_000
    }
    guard reader.isAtEnd else { return nil }
    let days = daysSince1970(year: year, month: month, day: day) - referenceDay
    return Date(timeIntervalSinceReferenceDate: Double(days * microsecondsPerDay + microseconds) / 1_000_000)
}

/// Walks over a text in memory that somebody else holds meanwhile.
private struct DigitReader {
    private let text: UnsafeBufferPointer<UInt8>
    private var place = 0

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    var isAtEnd: Bool { place == text.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard place < text.count, UInt32(text[place]) == character.value else { return false }
        place += 1
        return true
    }

    /// One to nine digits: enough for every year that PostgreSQL has, and no sum of them overflows.
    mutating func number() -> Int64? {
        let start = place
        var number: Int64 = 0
        while place < text.count, text[place] >= UInt8(ascii: "0"), text[place] <= UInt8(ascii: "9") {
            number = number &* 10 &+ Int64(text[place] - UInt8(ascii: "0"))
            place += 1
        }
        return (1...9).contains(place - start) ? number : nil
    }

    /// Up to six digits as microseconds.
    mutating func fraction() -> Int64? {
        let start = place
        guard var fraction = number(), place - start <= 6 else { return nil }
        for _ in (place - start)..<6 { fraction *= 10 }
        return fraction
    }

    /// Seconds east of UTC; nothing means UTC.
    mutating func offset() -> Int64? {
        if isAtEnd || skip("Z") { return 0 }
        let isWest = skip("-")
        guard isWest || skip("+"), let hours = number() else { return nil }
        var seconds = hours * 3600
        if skip(":") { seconds += (number() ?? 0) * 60 }
        if skip(":") { seconds += number() ?? 0 }
        return isWest ? -seconds : seconds
    }
}

extension [UInt8] {
    /// At least so many digits, with zeros in front.
    fileprivate mutating func append(_ number: Int64, digits: Int, then mark: Unicode.Scalar) {
        let start = endIndex
        var rest = number
        while rest > 0 || endIndex - start < digits {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        self[start...].reverse()
        append(UInt8(ascii: mark))
    }
}

/// Days of the proleptic Gregorian calendar, counted in 400-year eras that begin on 1 March.
private func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted.flooredQuotient(by: 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

private func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
