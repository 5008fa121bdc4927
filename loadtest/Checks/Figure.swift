import FoundationEssentials

/// Numbers as tables and summaries show them.
enum Figure {
    static func whole(_ number: Double) -> String { fixed(number, 0) }

    /// Two digits that say something: `0.52`, `14`, `1300`.
    static func short(_ number: Double) -> String {
        number.magnitude >= 10 ? whole(number) : fixed(number, 2)
    }

    static func percent(_ share: Double) -> String {
        let percent = share * 100
        return percent == 0 || percent >= 10
            ? "\(whole(percent)) %" : "\(fixed(percent, percent < 0.1 ? 4 : 2)) %"
    }

    static func milliseconds(_ nanoseconds: Double) -> String {
        let milliseconds = nanoseconds / 1e6
        return milliseconds >= 10 ? "\(whole(milliseconds)) ms" : "\(fixed(milliseconds, 1)) ms"
    }

    static func fixed(_ number: Double, _ digits: Int) -> String {
        guard number.isFinite, number.magnitude < 1e15 else { return "–" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int64((number.magnitude * scale).rounded())
        let fraction = String(scaled % Int64(scale))
        let sign = number < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(scaled)" }
        let zeros = String(repeating: "0", count: digits - fraction.count)
        return "\(sign)\(scaled / Int64(scale)).\(zeros)\(fraction)"
    }
}
