import FoundationEssentials

/// A time given as such or as a distance: RFC 3339, a Go duration, or an ISO 8601 duration.
enum PointInTime {
    /// - Throws: `ScheduleError` if the text is none of them.
    static func parse(_ text: String, from start: Date) throws(ScheduleError) -> Date {
        if let moment = rfc3339(text) { return moment }
        if let distance = GoDuration.parse(text) {
            let (seconds, attoseconds) = distance.components
            return start.addingTimeInterval(Double(seconds) + Double(attoseconds) / 1e18)
        }
        if let distance = ISODuration(text) { return distance.added(to: start) }
        throw ScheduleError("not a time, and not a duration")
    }

    private static func rfc3339(_ text: String) -> Date? {
        guard text.contains("T"), text.utf8.count >= 20 else { return nil }
        return (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
            ?? (try? Date.ISO8601FormatStyle().parse(text))
    }
}

/// `P1Y2M3DT4H5M6S` or `P2W`; years and months count by the calendar, in UTC.
struct ISODuration: Equatable {
    private var years = 0
    private var months = 0
    private var days = 0
    private var seconds = 0.0

    /// Nil if it is none, or a repetition.
    init?(_ text: String) {
        guard text.hasPrefix("P"), text.count > 1 else { return nil }
        let parts = text.dropFirst().split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        guard let date = Self.components(parts[0], order: "YMWD") else { return nil }
        var time: [Character: Double] = [:]
        if parts.count == 2 {
            guard let read = Self.components(parts[1], order: "HMS"), !read.isEmpty else { return nil }
            time = read
        }
        guard !(date.isEmpty && time.isEmpty), date.values.allSatisfy({ $0 == $0.rounded() && $0 < 100_000 })
        else { return nil }
        years = Int(date["Y"] ?? 0)
        months = Int(date["M"] ?? 0)
        days = Int(date["D"] ?? 0) + 7 * Int(date["W"] ?? 0)
        seconds = (time["H"] ?? 0) * 3600 + (time["M"] ?? 0) * 60 + (time["S"] ?? 0)
    }

    func added(to start: Date) -> Date {
        let whole = start.timeIntervalSince1970.rounded(.down)
        var civil = CivilTime(secondsSince1970: Int64(whole))
        civil.year += years
        civil.month += months
        civil.day += days
        let fraction = start.timeIntervalSince1970 - whole
        return Date(timeIntervalSince1970: Double(civil.secondsSince1970) + fraction + seconds)
    }

    /// Numbers with their letters, each letter once and in order.
    private static func components(_ text: Substring, order: String) -> [Character: Double]? {
        var found: [Character: Double] = [:]
        var letters = order[...]
        var rest = text
        while !rest.isEmpty {
            let number = rest.prefix { $0 == "." || $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(number.count)
            guard let value = Double(number), value < 1e9, let letter = rest.popFirst(),
                let place = letters.firstIndex(of: letter)
            else { return nil }
            letters = letters[letters.index(after: place)...]
            found[letter] = value
        }
        return found
    }
}
