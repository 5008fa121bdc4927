/// A distance from a local time as RFC 5545 §3.3.6 spells it: `-P1D` keeps the clock, `-PT24H` counts hours.
public struct CalendarOffset: Sendable, Hashable {
    /// By the calendar: the time of day stays.
    public var days: Int
    /// Elapsed time, counted after the days.
    public var seconds: Int

    /// A distance; days and seconds with the same sign.
    public init(days: Int = 0, seconds: Int = 0) {
        self.days = days
        self.seconds = seconds
    }

    /// Reads what `TextFormat.duration` accepts; nil for anything else.
    public init?(_ text: String) {
        guard TextFormat.duration.accepts(text) else { return nil }
        self.init()
        let sign = text.hasPrefix("-") ? -1 : 1
        var amount = 0
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39: amount = amount * 10 + Int(byte - 0x30)
            case UInt8(ascii: "W"): days += amount * 7
            case UInt8(ascii: "D"): days += amount
            case UInt8(ascii: "H"): seconds += amount * 3600
            case UInt8(ascii: "M"): seconds += amount * 60
            case UInt8(ascii: "S"): seconds += amount
            default: break
            }
            if !(0x30...0x39).contains(byte) { amount = 0 }
        }
        (days, seconds) = (sign * days, sign * seconds)
    }

    /// The instant at this distance from a local time, in seconds since 1970-01-01T00:00Z.
    public func instant(from local: LocalDateTime, in zone: ZoneRules) -> Int64 {
        zone.unix(ofLocal: local.adding(days: days)) + Int64(seconds)
    }
}

extension CalendarOffset: CustomStringConvertible {
    /// As RFC 5545 spells it, weeks as days.
    public var description: String {
        let sign = days < 0 || seconds < 0 ? "-" : ""
        let (days, seconds) = (abs(days), abs(seconds))
        if seconds == 0 { return "\(sign)P\(days)D" }
        var clock = ""
        for (amount, unit) in [(seconds / 3600, "H"), (seconds / 60 % 60, "M"), (seconds % 60, "S")]
        where amount > 0 {
            clock += "\(amount)\(unit)"
        }
        return "\(sign)P\(days == 0 ? "" : "\(days)D")T\(clock)"
    }
}
