/// A point or a day in time as a filter says it: `today`, `now+7d`, `monday`, `eom-1w`, `2026-12-01T09:00`.
public struct FilterMoment: Sendable, Hashable {
    /// What is counted from.
    public enum Anchor: Sendable, Hashable {
        case now
        /// So many days from today.
        case day(Int)
        /// The next such day; today counts.
        case weekday(Weekday)
        case startOfWeek, endOfWeek, startOfMonth, endOfMonth, startOfYear, endOfYear
        /// In the user's zone.
        case local(LocalDateTime)
        /// Milliseconds since 1970-01-01T00:00Z.
        case instant(Int64)
    }

    /// What is counted in.
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        case minute = "min"
        case hour = "h"
        case day = "d"
        case week = "w"
        case month = "m"
        case year = "y"

        /// A century of each, so that no sum leaves the calendar.
        var most: Int {
            switch self {
            case .minute: 52_560_000
            case .hour: 876_000
            case .day: 36_500
            case .week: 5_200
            case .month: 1_200
            case .year: 100
            }
        }
    }

    /// A number of units later, or earlier when it is negative.
    public struct Offset: Sendable, Hashable {
        /// How many.
        public var amount: Int
        /// Of what.
        public var unit: Unit

        /// So many of them.
        public init(amount: Int, unit: Unit) {
            self.amount = amount
            self.unit = unit
        }

        /// Hours pass; they are not read off a clock that may jump. Nil for what the calendar counts.
        var seconds: Double? {
            switch unit {
            case .hour: Double(amount) * 3600
            case .minute: Double(amount) * 60
            case .day, .week, .month, .year: nil
            }
        }
    }

    /// What is counted from.
    public var anchor: Anchor
    /// What is added to it, in order.
    public var offsets: [Offset]

    /// A moment.
    public init(_ anchor: Anchor, offsets: [Offset] = []) {
        self.anchor = anchor
        self.offsets = offsets
    }

    /// At most so many offsets: two say everything, and the sum stays within a few centuries.
    private static let mostOffsets = 3

    /// Reads a moment; nil for anything else.
    init?(_ text: String) {
        if let local = LocalDateTime(text.uppercased()) {
            guard (1...9999).contains(local.year) else { return nil }
            self.init(.local(local))
            return
        }
        if let instant = Self.instant(text.uppercased()) {
            self.init(.instant(instant))
            return
        }
        let characters = Array(text.lowercased())
        let end = characters.firstIndex { $0 == "+" || $0 == "-" } ?? characters.count
        guard let anchor = Self.anchor(String(characters[..<end])) else { return nil }
        self.init(anchor)
        var rest = characters[end...]
        while !rest.isEmpty {
            guard offsets.count < Self.mostOffsets, let offset = Self.offset(&rest) else { return nil }
            offsets.append(offset)
        }
    }

    private static func anchor(_ word: String) -> Anchor? {
        switch word {
        case "now": return .now
        case "today": return .day(0)
        case "tomorrow": return .day(1)
        case "yesterday": return .day(-1)
        case "sow": return .startOfWeek
        case "eow": return .endOfWeek
        case "som": return .startOfMonth
        case "eom": return .endOfMonth
        case "soy": return .startOfYear
        case "eoy": return .endOfYear
        default:
            let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
            guard let index = names.firstIndex(where: { $0 == word || $0.prefix(3) == word }) else {
                return nil
            }
            return Weekday(rawValue: index).map(Anchor.weekday)
        }
    }

    private static func offset(_ rest: inout ArraySlice<Character>) -> Offset? {
        guard let sign = rest.popFirst() else { return nil }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard (1...8).contains(digits.count), let amount = Int(String(digits)) else { return nil }
        rest = rest.dropFirst(digits.count)
        let letters = rest.prefix { $0.isASCII && $0.isLetter }
        rest = rest.dropFirst(letters.count)
        guard let unit = Unit(rawValue: String(letters)), amount <= unit.most else { return nil }
        return Offset(amount: sign == "-" ? -amount : amount, unit: unit)
    }

    /// `2026-12-01T09:00Z`, or with an offset such as `+01:00`.
    private static func instant(_ text: String) -> Int64? {
        let (clock, east): (String, Int)
        if text.hasSuffix("Z") {
            (clock, east) = (String(text.dropLast()), 0)
        } else {
            let zone = text.suffix(6)
            guard zone.count == 6, let sign = zone.first, sign == "+" || sign == "-",
                let time = LocalDateTime("2000-01-01T\(zone.dropFirst())")?.time
            else { return nil }
            (clock, east) = (String(text.dropLast(6)), time.secondOfDay * (sign == "-" ? -1 : 1))
        }
        guard let local = LocalDateTime(clock), local.hasTime, (1...9999).contains(local.year) else {
            return nil
        }
        return (local.clockSeconds - Int64(east)) * 1000
    }
}
