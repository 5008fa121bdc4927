/// Durations as people and Go programs write them: `120ms`, `1.2s`, `500us`, `1m30s`.
enum DurationText {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
        ("d", 8.64e13),
    ]

    /// Nanoseconds; nil for what is no duration, or longer than a century.
    static func nanoseconds(_ text: String) -> UInt64? {
        var rest = text[...]
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count)
            guard let value = Double(number), let unit = units.first(where: { $0.name == name }) else {
                return nil
            }
            total += value * unit.nanoseconds
        }
        return total < 3.2e18 ? UInt64(total) : nil
    }
}
