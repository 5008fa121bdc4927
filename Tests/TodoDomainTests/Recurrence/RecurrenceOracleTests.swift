import Foundation
import Testing

@testable import TodoDomain

/// Random rules, as `dateutil` for Python expands them: 200 of them, or as many as TODO_ORACLE_RULES says.
struct RecurrenceOracleTests {
    private static let count =
        ProcessInfo.processInfo.environment["TODO_ORACLE_RULES"].flatMap { Int($0) } ?? 200
    private static let seed =
        ProcessInfo.processInfo.environment["TODO_ORACLE_SEED"].flatMap { UInt64($0) } ?? 2026

    /// Reads `START RULE` a line; prints the first twelve occurrences until 2070 a line.
    private static let script = """
        import datetime as real, sys
        from datetime import datetime
        import dateutil.rrule
        from dateutil.rrule import rrulestr
        class Shortened:
            # It would look for what never comes until the year 9999.
            MAXYEAR = 2070
            def __getattr__(self, name): return getattr(real, name)
        dateutil.rrule.datetime = Shortened()
        for line in sys.stdin:
            start, rule = line.split()
            begin = datetime.fromisoformat(start)
            found = []
            for moment in rrulestr(rule, dtstart=begin):
                if moment.year > 2070 or len(found) == 12: break
                found.append(moment.strftime("%Y-%m-%dT%H:%M"))
            print(" ".join(found) or "-")
        """

    @Test(
        .enabled(
            if: PythonOracle.has("dateutil"), "python3 with the package python-dateutil is not installed"))
    func `random rules yield what dateutil says`() async throws {
        var random = RandomRule(seed: Self.seed)
        let lines = (0..<Self.count).map { _ in random.next() }
        let input = lines.map { "\($0.start) \($0.rule)\n" }.joined()
        let answer = try #require(await PythonOracle.run(Self.script, input: input))
        let wanted = answer.split(separator: "\n")
        #expect(wanted.count == lines.count)
        var wrong: [String] = []
        var (yielding, steps) = (0, 0)
        for (line, wanted) in zip(lines, wanted) {
            let start = try #require(LocalDateTime(line.start))
            let rule = try RecurrenceRule(line.rule, start: start, isZoned: false)
            #expect(try RecurrenceRule(rule.description) == rule)
            var walk = Recurrence(rule, start: start).walk()
            var found: [String] = []
            while found.count < 12, let next = walk.next(), next.local.year <= 2070 {
                found.append(next.local.description)
            }
            steps = max(steps, walk.steps)
            let text = found.isEmpty ? "-" : found.joined(separator: " ")
            if text != "-" { yielding += 1 }
            if text != wanted {
                wrong.append("\(line.start) \(line.rule)\n  ours   \(text)\n  theirs \(wanted)")
            }
        }
        #expect(wrong.prefix(5).joined(separator: "\n") == "")
        #expect(wrong.count == 0)
        #expect(yielding > Self.count * 7 / 10)
        #expect(steps <= RecurrenceWalk.mostStepsToNext + 366 * 12)
    }
}

/// Rules for which `dateutil` is a valid witness: no skipping, no elapsed hours, nothing it reads otherwise than the RFC.
struct RandomRule {
    private var numbers: SeededNumbers

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &numbers) < percent
    }

    private mutating func some(_ range: ClosedRange<Int>, most: Int, signed: Bool = false) -> String {
        let count = Int.random(in: 1...most, using: &numbers)
        let values = (0..<count).map { _ -> Int in
            let value = Int.random(in: range, using: &numbers)
            return signed && Int.random(in: 0..<3, using: &numbers) == 0 ? -value : value
        }
        return Set(values).sorted().map(String.init).joined(separator: ",")
    }

    private mutating func days(ordinals: ClosedRange<Int>?) -> String {
        let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].shuffled(using: &numbers)
        return names.prefix(Int.random(in: 1...4, using: &numbers)).map { name in
            guard let ordinals else { return name }
            let ordinal = Int.random(in: ordinals, using: &numbers)
            return "\(Bool.random(using: &numbers) ? ordinal : -ordinal)\(name)"
        }.joined(separator: ",")
    }

    mutating func next() -> (start: String, rule: String) {
        let year = Int.random(in: 1995...2030, using: &numbers)
        let month = Int.random(in: 1...12, using: &numbers)
        let last = chance(30)
        let longest = LocalDateTime.days(in: month, of: year)
        let day = last ? longest : Int.random(in: 1...longest, using: &numbers)
        let time = LocalDateTime.Time(
            hour: Int.random(in: 0...23, using: &numbers), minute: Int.random(in: 0...59, using: &numbers))
        let start = LocalDateTime(year: year, month: month, day: day, time: time)
        var parts: [String] = []
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: parts = daily()
        case 1: parts = weekly()
        case 2: parts = monthly()
        default: parts = yearly()
        }
        if chance(35) { parts.append("INTERVAL=\(Int.random(in: 2...7, using: &numbers))") }
        if chance(25) {
            parts.append("WKST=\(["MO", "SU", "WE", "SA"].randomElement(using: &numbers) ?? "MO")")
        }
        if chance(20) { parts.append("BYHOUR=" + some(0...23, most: 3)) }
        if chance(15) { parts.append("BYMINUTE=" + some(0...59, most: 2)) }
        // The first week it cuts off at the start, before it counts positions.
        if parts[0] != "FREQ=WEEKLY", parts.contains(where: { $0.hasPrefix("BY") }), chance(25) {
            parts.append("BYSETPOS=" + some(1...6, most: 2, signed: true))
        }
        if chance(20) {
            parts.append("COUNT=\(Int.random(in: 1...15, using: &numbers))")
        } else if chance(20) {
            let end = LocalDateTime(
                dayNumber: start.dayNumber + Int.random(in: 0...900, using: &numbers), time: time)
            parts.append("UNTIL=\(RecurrenceRule.Until.local(end))")
        }
        return (start.description, parts.joined(separator: ";"))
    }

    private mutating func daily() -> [String] {
        var parts = ["FREQ=DAILY"]
        if chance(30) { parts.append("BYMONTH=" + some(1...12, most: 4)) }
        if chance(25) { parts.append("BYMONTHDAY=" + some(1...31, most: 6, signed: true)) }
        if chance(40) { parts.append("BYDAY=" + days(ordinals: nil)) }
        return parts
    }

    private mutating func weekly() -> [String] {
        var parts = ["FREQ=WEEKLY"]
        if chance(20) { parts.append("BYMONTH=" + some(1...12, most: 4)) }
        if chance(75) { parts.append("BYDAY=" + days(ordinals: nil)) }
        return parts
    }

    private mutating func monthly() -> [String] {
        var parts = ["FREQ=MONTHLY"]
        if chance(25) { parts.append("BYMONTH=" + some(1...12, most: 4)) }
        if chance(40) { parts.append("BYMONTHDAY=" + some(1...31, most: 4, signed: true)) }
        if chance(50) { parts.append("BYDAY=" + days(ordinals: chance(50) ? 1...5 : nil)) }
        return parts
    }

    private mutating func yearly() -> [String] {
        var parts = ["FREQ=YEARLY"]
        let hasMonths = chance(50)
        if hasMonths { parts.append("BYMONTH=" + some(1...12, most: 4)) }
        switch Int.random(in: 0..<5, using: &numbers) {
        case 0: parts.append("BYMONTHDAY=" + some(1...31, most: 4, signed: true))
        case 1: parts.append("BYDAY=" + days(ordinals: hasMonths ? 1...5 : 1...52))
        case 2: parts.append("BYYEARDAY=" + some(1...366, most: 8, signed: true))
        case 3:
            // Below zero it counts weeks of the next year otherwise than from that year's end, and it takes 1 January
            // 2022 for a day of week 53 (Python's own isocalendar: week 52).
            parts.append("BYWEEKNO=" + some(1...51, most: 6) + ";BYDAY=" + days(ordinals: nil))
        default: if chance(60) { parts.append("BYDAY=" + days(ordinals: nil)) }
        }
        return parts
    }
}
