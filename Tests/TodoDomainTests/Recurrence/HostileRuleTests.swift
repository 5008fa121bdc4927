import Testing

@testable import TodoDomain

struct HostileRuleTests {
    @Test(arguments: [
        ("", 1), ("FREQ", 1), ("FREQ=", 6), ("FREQ=SECONDLY", 6), ("FREQ=FORTNIGHTLY", 6), ("INTERVAL=2", 1),
        ("FREQ=DAILY;INTERVAL=0", 21), ("FREQ=DAILY;INTERVAL=-1", 21), ("FREQ=DAILY;INTERVAL=1.5", 21),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", 21), ("FREQ=DAILY;COUNT=0", 18),
        ("FREQ=DAILY;COUNT=10001", 18), ("FREQ=DAILY;FREQ=DAILY", 12), ("FREQ=DAILY;", 12),
        (";FREQ=DAILY", 1),
        ("FREQ=DAILY;X=1", 12), ("FREQ=DAILY;BYSECOND=1", 12), ("FREQ=DAILY;COUNT=1;UNTIL=20260101", 20),
        ("FREQ=DAILY;UNTIL=20260101;COUNT=1", 27), ("FREQ=DAILY;UNTIL=20260230", 18),
        ("FREQ=DAILY;UNTIL=20260101Z", 18), ("FREQ=DAILY;UNTIL=soon", 18), ("FREQ=DAILY;BYMONTH=13", 20),
        ("FREQ=DAILY;BYMONTH=1,,2", 22), ("FREQ=DAILY;BYMONTH=0", 20), ("FREQ=DAILY;BYMONTH=-1", 20),
        ("FREQ=MONTHLY;BYMONTHDAY=32", 25), ("FREQ=MONTHLY;BYMONTHDAY=1,-32", 27),
        ("FREQ=MONTHLY;BYDAY=6MO", 14),
        ("FREQ=MONTHLY;BYDAY=MO,XX", 23), ("FREQ=WEEKLY;BYDAY=1MO", 13), ("FREQ=YEARLY;BYDAY=54MO", 19),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", 24), ("FREQ=MONTHLY;BYWEEKNO=1", 14),
        ("FREQ=WEEKLY;BYYEARDAY=1", 13),
        ("FREQ=WEEKLY;BYMONTHDAY=1", 13), ("FREQ=DAILY;BYSETPOS=1", 12),
        ("FREQ=HOURLY;BYDAY=MO;BYSETPOS=1", 22),
        ("FREQ=MINUTELY;INTERVAL=59", 15), ("FREQ=HOURLY;BYMINUTE=0,30", 13), ("FREQ=DAILY;WKST=XX", 17),
        ("FREQ=DAILY;BYHOUR=24", 19), ("FREQ=DAILY;BYMINUTE=60", 21),
        ("FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5", 29), ("RRULE:FREQ=DAILY;INTERVAL=0", 27),
    ]) func `a bad rule is refused at its place`(_ rule: String, _ position: Int) throws {
        let error = #expect(throws: RecurrenceError.self) { _ = try RecurrenceRule(rule) }
        #expect(error?.position == position, "\(rule): \(error.map(\.description) ?? "")")
    }

    @Test func `a rule and its start must be of one kind`() throws {
        let day = try #require(LocalDateTime("2026-01-01"))
        let time = try #require(LocalDateTime("2026-01-01T09:00"))
        let cases: [(String, LocalDateTime, Bool, Int)] = [
            ("FREQ=DAILY;UNTIL=20260101T000000Z", time, false, 12), ("FREQ=HOURLY", day, false, 1),
            ("FREQ=DAILY;UNTIL=20260101T000000", day, false, 12), ("FREQ=DAILY;BYHOUR=9", day, false, 12),
            ("FREQ=DAILY;BYMINUTE=9", day, false, 12),
        ]
        for (rule, start, isZoned, position) in cases {
            let error = #expect(throws: RecurrenceError.self) {
                _ = try RecurrenceRule(rule, start: start, isZoned: isZoned)
            }
            #expect(error?.position == position, "\(rule)")
        }
    }

    @Test func `whatever a rule is, the steps to an answer are bounded`() throws {
        let start = try #require(LocalDateTime("2026-01-01T09:00"))
        for rule in [
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=MINUTELY;INTERVAL=60;BYMONTH=4;BYMONTHDAY=31", "FREQ=YEARLY;BYYEARDAY=1;BYMONTH=2",
            "FREQ=YEARLY;BYWEEKNO=30;BYMONTH=1", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300",
            "FREQ=YEARLY;INTERVAL=1000000;BYMONTH=2;BYMONTHDAY=30", "FREQ=MINUTELY;INTERVAL=1000000;BYHOUR=3",
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;COUNT=10000",
        ] {
            var walk = Recurrence(try RecurrenceRule(rule), start: start).walk()
            var found = 0
            while found < 20_000, walk.next() != nil { found += 1 }
            #expect(walk.steps <= RecurrenceWalk.mostSteps + 366, "\(rule)")
            if rule.hasSuffix("30") || rule.hasSuffix("300") || rule.hasSuffix("31") {
                #expect(found == 0, "\(rule)")
            }
        }
        // From a moment long after the start, nothing is counted that lies before.
        let old = try #require(LocalDateTime("0001-01-01T00:00"))
        for rule in [
            "FREQ=HOURLY", "FREQ=DAILY;INTERVAL=3", "FREQ=MINUTELY;INTERVAL=61", "FREQ=WEEKLY;BYDAY=SU",
        ] {
            var walk = Recurrence(try RecurrenceRule(rule), start: old).walk(after: start)
            let found = walk.next()
            let next = try #require(found)
            #expect(next.local > start && next.local < start.adding(days: 8))
            #expect(walk.steps < 100)
        }
    }

    @Test func `random texts are errors or rules, and end`() throws {
        var numbers = SeededNumbers(seed: 5)
        let pieces = [
            "FREQ=", "DAILY", "MONTHLY", "YEARLY", ";", ";", "BYDAY=", "MO", "-1", "5", "FR", ",",
            "BYSETPOS=", "COUNT=",
            "UNTIL=", "20260101", "T", "Z", "é", "\u{0}", "BYMONTH=", "2", "BYHOUR=", "=", " ", "INTERVAL=",
            "WKST=",
        ]
        let start = try #require(LocalDateTime("2026-01-01T09:00"))
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 1...12, using: &numbers))
                .map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined()
            do {
                var walk = Recurrence(try RecurrenceRule(text), start: start).walk()
                for _ in 0..<5 where walk.next() == nil { break }
            } catch {
                #expect((1...text.utf8.count + 1).contains(error.position ?? 0))
            }
        }
    }
}
