/// The values that one field of a cron expression admits, as bits.
struct CronField: Equatable, Sendable {
    /// What a field may hold.
    struct Unit: Sendable {
        let range: ClosedRange<Int>
        var names: [String] = []

        static let seconds = Unit(range: 0...59)
        static let hours = Unit(range: 0...23)
        static let days = Unit(range: 1...31)
        static let months = Unit(
            range: 1...12,
            names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
        static let weekdays = Unit(range: 0...6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
    }

    private var bits: UInt64 = 0
    /// Whether the field says `*` or `?`: such a day does not count against the other kind of day.
    private(set) var isOpen = false

    func contains(_ value: Int) -> Bool { bits & (1 << UInt64(value)) != 0 }

    /// A field with exactly this value.
    init(only value: Int) { bits = 1 << UInt64(value) }

    /// A field with every value.
    init(all unit: Unit) {
        for value in unit.range { bits |= 1 << UInt64(value) }
        isOpen = true
    }

    /// A list of `*`, `n`, `a-b`, each with an optional `/step`; nil if it is none.
    init?(_ text: some StringProtocol, _ unit: Unit) {
        let items = text.split(separator: ",", omittingEmptySubsequences: true)
        guard !items.isEmpty else { return nil }
        for item in items {
            guard let values = Self.values(item, unit) else { return nil }
            for value in values.numbers { bits |= 1 << UInt64(value) }
            if values.isOpen { isOpen = true }
        }
    }

    private static func values(_ item: some StringProtocol, _ unit: Unit) -> (
        numbers: StrideThrough<Int>, isOpen: Bool
    )? {
        let parts = item.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return nil }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        var low = unit.range.lowerBound
        var high = unit.range.upperBound
        var isOpen = false
        if ends.count == 1, ends[0] == "*" || ends[0] == "?" {
            isOpen = true
        } else {
            guard ends.count <= 2, let first = number(ends[0], unit),
                let last = ends.count == 2 ? number(ends[1], unit) : first
            else { return nil }
            low = first
            // `5/15` means from 5 on.
            high = ends.count == 1 && parts.count == 2 ? high : last
        }
        var step = 1
        if parts.count == 2 {
            guard let given = Int(parts[1]), given > 0 else { return nil }
            step = given
            if given > 1 { isOpen = false }
        }
        guard low <= high, unit.range.contains(low), unit.range.contains(high) else { return nil }
        return (stride(from: low, through: high, by: step), isOpen)
    }

    private static func number(_ text: some StringProtocol, _ unit: Unit) -> Int? {
        if let index = unit.names.firstIndex(of: text.lowercased()) { return unit.range.lowerBound + index }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}
