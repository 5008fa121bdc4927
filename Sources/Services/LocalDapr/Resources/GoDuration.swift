/// Durations as Go writes them: `1h30m`, `1.5s`, `200ms`.
enum GoDuration {
    private static let nanoseconds: [(unit: String, factor: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
    ]

    /// The duration, or `nil` if the text is none. A bare `0` is one, other numbers need a unit.
    static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let amount = Double(digits), digits.first != ".", digits.last != "." else { return nil }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { !($0.isNumber || $0 == ".") }
            guard let unit = nanoseconds.first(where: { $0.unit == name }) else { return nil }
            total += amount * unit.factor
            rest = rest.dropFirst(name.count)
        }
        // About 290 years, as in Go.
        guard total < 9.2e18 else { return nil }
        return .nanoseconds(isNegative ? -Int64(total) : Int64(total))
    }
}
