extension RecurrenceRule {
    /// The most bytes that a rule may have.
    static let longest = 1000
    /// The most occurrences that a rule may ask for by COUNT.
    static let mostOccurrences = 10_000

    /// Reads `FREQ=…;…`, with or without `RRULE:` before it.
    ///
    /// - Throws: the first mistake with its position.
    public init(_ text: String) throws(RecurrenceError) {
        var reader = RuleReader(text)
        self = try reader.rule()
    }

    /// Reads a rule for a start: what the two must agree on is checked too.
    public init(_ text: String, start: LocalDateTime, isZoned: Bool) throws(RecurrenceError) {
        var reader = RuleReader(text)
        self = try reader.rule()
        try reader.check(self, start: start, isZoned: isZoned)
    }
}

/// Reads a rule part by part. Names and values are known words and numbers, so nothing here can take long.
struct RuleReader {
    enum Name: String, CaseIterable {
        case freq = "FREQ"
        case interval = "INTERVAL"
        case count = "COUNT"
        case until = "UNTIL"
        case months = "BYMONTH"
        case weekNumbers = "BYWEEKNO"
        case yearDays = "BYYEARDAY"
        case monthDays = "BYMONTHDAY"
        case days = "BYDAY"
        case hours = "BYHOUR"
        case minutes = "BYMINUTE"
        case positions = "BYSETPOS"
        case weekStart = "WKST"
    }

    private struct Part {
        var position: Int
        var valuePosition: Int
        var value: Substring.UTF8View
    }

    private let text: String
    private var parts: [Name: Part] = [:]

    init(_ text: String) {
        self.text = text.uppercased()
    }

    mutating func rule() throws(RecurrenceError) -> RecurrenceRule {
        guard text.utf8.count <= RecurrenceRule.longest else {
            throw RecurrenceError(
                "a rule has at most \(RecurrenceRule.longest) characters", at: RecurrenceRule.longest + 1)
        }
        try split()
        guard let freq = parts[.freq] else { throw RecurrenceError("FREQ is missing", at: 1) }
        var rule = RecurrenceRule(try frequency(freq))
        if let part = parts[.interval] { rule.interval = try number(part, 1...1_000_000) }
        if let part = parts[.count] { rule.count = try number(part, 1...RecurrenceRule.mostOccurrences) }
        if let part = parts[.until] { rule.until = try until(part) }
        rule.months = try list(.months, 1...12)
        rule.weekNumbers = try list(.weekNumbers, 1...53, signed: true)
        rule.yearDays = try list(.yearDays, 1...366, signed: true)
        rule.monthDays = try list(.monthDays, 1...31, signed: true)
        rule.hours = try list(.hours, 0...23)
        rule.minutes = try list(.minutes, 0...59)
        rule.positions = try list(.positions, 1...366, signed: true)
        rule.days = try days()
        if let part = parts[.weekStart] { rule.weekStart = try weekday(part.value, at: part.valuePosition) }
        try RuleAgreement(rule: rule, positions: parts.mapValues(\.position)).check()
        return rule
    }

    func check(_ rule: RecurrenceRule, start: LocalDateTime, isZoned: Bool) throws(RecurrenceError) {
        try RuleAgreement(rule: rule, positions: parts.mapValues(\.position)).check(
            start: start, isZoned: isZoned)
    }

    private mutating func split() throws(RecurrenceError) {
        var position = 1
        var rest = text.utf8[...]
        if text.hasPrefix("RRULE:") {
            rest = rest.dropFirst(6)
            position += 6
        }
        for piece in rest.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
            defer { position += piece.count + 1 }
            guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else {
                throw RecurrenceError("a part must be NAME=VALUE", at: position)
            }
            let spelt = String(decoding: piece[..<equals], as: UTF8.self)
            let value = piece[piece.index(after: equals)...]
            guard let name = Name(rawValue: spelt) else {
                let reason = spelt == "BYSECOND" ? "BYSECOND is not supported" : "there is no such part"
                throw RecurrenceError(reason, at: position)
            }
            guard parts[name] == nil else { throw RecurrenceError("\(spelt) is there twice", at: position) }
            let valuePosition = position + spelt.utf8.count + 1
            guard !value.isEmpty else { throw RecurrenceError("\(spelt) has no value", at: valuePosition) }
            parts[name] = Part(position: position, valuePosition: valuePosition, value: value)
        }
    }

    private func frequency(_ part: Part) throws(RecurrenceError) -> RecurrenceRule.Frequency {
        let word = String(decoding: part.value, as: UTF8.self)
        if let frequency = RecurrenceRule.Frequency(rawValue: word) { return frequency }
        throw RecurrenceError(
            word == "SECONDLY"
                ? "no task comes every second"
                : "FREQ must be MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY",
            at: part.valuePosition)
    }

    private func number(_ part: Part, _ range: ClosedRange<Int>) throws(RecurrenceError) -> Int {
        try number(part.value, range, signed: false, at: part.valuePosition)
    }

    private func number(
        _ text: Substring.UTF8View, _ range: ClosedRange<Int>, signed: Bool, at position: Int
    ) throws(RecurrenceError) -> Int {
        var digits = text
        var sign = 1
        if signed, let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            digits = digits.dropFirst()
            sign = first == UInt8(ascii: "-") ? -1 : 1
        }
        guard (1...7).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw RecurrenceError("a whole number is wanted", at: position)
        }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard range.contains(value) else {
            let or = signed ? ", or the same below zero" : ""
            throw RecurrenceError("must be \(range.lowerBound) to \(range.upperBound)\(or)", at: position)
        }
        return sign * value
    }

    private func list(
        _ name: Name, _ range: ClosedRange<Int>, signed: Bool = false
    ) throws(RecurrenceError) -> [Int] {
        var values: [Int] = []
        for (item, position) in items(name) {
            values.append(try number(item, range, signed: signed, at: position))
        }
        return Array(Set(values)).sorted()
    }

    private func items(_ name: Name) -> [(Substring.UTF8View, Int)] {
        guard let part = parts[name] else { return [] }
        var position = part.valuePosition
        return part.value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { item in
            defer { position += item.count + 1 }
            return (item, position)
        }
    }

    private func days() throws(RecurrenceError) -> [RecurrenceRule.Day] {
        var days: [RecurrenceRule.Day] = []
        for (item, position) in items(.days) {
            let weekday = try weekday(item.suffix(2), at: position + max(0, item.count - 2))
            let ordinal = item.dropLast(2)
            let day = RecurrenceRule.Day(
                weekday,
                ordinal: ordinal.isEmpty ? nil : try number(ordinal, 1...53, signed: true, at: position))
            if !days.contains(day) { days.append(day) }
        }
        return days.sorted { ($0.weekday.rawValue, $0.ordinal ?? 0) < ($1.weekday.rawValue, $1.ordinal ?? 0) }
    }

    private func weekday(_ text: Substring.UTF8View, at position: Int) throws(RecurrenceError) -> Weekday {
        let word = String(decoding: text, as: UTF8.self)
        guard let weekday = Weekday.allCases.first(where: { $0.abbreviation == word }) else {
            throw RecurrenceError("a weekday is MO, TU, WE, TH, FR, SA or SU", at: position)
        }
        return weekday
    }

    private func until(_ part: Part) throws(RecurrenceError) -> RecurrenceRule.Until {
        let wanted = RecurrenceError(
            "UNTIL must be a date such as 20261231 or a time such as 20261231T225959Z", at: part.valuePosition
        )
        var digits = Array(part.value)
        let isUniversal = digits.last == UInt8(ascii: "Z")
        if isUniversal { digits.removeLast() }
        guard [8, 15].contains(digits.count) else { throw wanted }
        let spelt = { (range: Range<Int>) in String(decoding: digits[range], as: UTF8.self) }
        var extended = "\(spelt(0..<4))-\(spelt(4..<6))-\(spelt(6..<8))"
        if digits.count == 15 {
            guard digits[8] == UInt8(ascii: "T") else { throw wanted }
            extended += "T\(spelt(9..<11)):\(spelt(11..<13)):\(spelt(13..<15))"
        }
        guard let moment = LocalDateTime(extended), moment.hasTime || !isUniversal else { throw wanted }
        if isUniversal { return .instant(moment.clockSeconds) }
        return moment.hasTime ? .local(moment) : .date(moment)
    }
}
