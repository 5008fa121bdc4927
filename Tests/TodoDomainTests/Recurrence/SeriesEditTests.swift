import Testing

@testable import TodoDomain

struct SeriesEditTests {
    private let berlin = SystemZones.shared.zone(named: "Europe/Berlin")

    private func series(_ rule: String, _ start: String) throws -> Recurrence {
        let start = try #require(LocalDateTime(start))
        return Recurrence(
            try RecurrenceRule(rule, start: start, isZoned: start.hasTime), start: start,
            zone: start.hasTime ? berlin : nil)
    }

    private func moment(_ text: String) throws -> LocalDateTime { try #require(LocalDateTime(text)) }

    private func keys(_ series: Recurrence?, _ count: Int = 4) -> String {
        series?.occurrences(count).map(\.key).joined(separator: " ") ?? "nothing"
    }

    @Test func `this alone goes its own way, and the rule stays`() throws {
        let edit = try series("FREQ=DAILY;COUNT=3", "2026-11-01").rescheduling(
            moment("2026-11-02"), to: moment("2026-11-05"), scope: .this)
        #expect(keys(edit.kept) == "2026-11-01 2026-11-03")
        #expect(edit.moved?.key == "2026-11-02")
        #expect(edit.moved?.to?.description == "2026-11-05")
        #expect(edit.split == nil)
    }

    @Test func `this and the following become a series of their own`() throws {
        let edit = try series("FREQ=WEEKLY;BYDAY=MO;COUNT=5", "2026-11-02T09:00").rescheduling(
            moment("2026-11-16T09:00"), to: moment("2026-11-17T10:30"), scope: .following)
        #expect(keys(edit.kept) == "2026-11-02T09:00 2026-11-09T09:00")
        #expect(edit.kept?.rule.description == "FREQ=WEEKLY;UNTIL=20261116T075959Z;BYDAY=MO")
        #expect(keys(edit.split) == "2026-11-17T10:30 2026-11-24T10:30 2026-12-01T10:30")
        #expect(edit.split?.rule.description == "FREQ=WEEKLY;COUNT=3;BYDAY=TU")
    }

    @Test func `from the first on nothing is left of the old one`() throws {
        let edit = try series("FREQ=DAILY", "2026-11-01").changing(
            moment("2026-11-01"), rule: RecurrenceRule(.weekly), scope: .following)
        #expect(edit.kept == nil)
        #expect(keys(edit.split, 2) == "2026-11-01 2026-11-08")
    }

    @Test func `all move by the same distance, with what was left out`() throws {
        var daily = try series("FREQ=DAILY", "2026-11-01T09:00")
        daily.excluded = [try moment("2026-11-02T09:00")]
        let edit = try daily.rescheduling(
            moment("2026-11-03T09:00"), to: moment("2026-11-03T18:00"), scope: .all)
        #expect(keys(edit.kept, 2) == "2026-11-01T18:00 2026-11-03T18:00")
    }

    @Test func `removing reaches as far as it is told`() throws {
        let daily = try series("FREQ=DAILY;COUNT=4", "2026-11-01")
        let day = try moment("2026-11-03")
        #expect(keys(try daily.removing(day, scope: .this).kept) == "2026-11-01 2026-11-02 2026-11-04")
        #expect(keys(try daily.removing(day, scope: .following).kept) == "2026-11-01 2026-11-02")
        #expect(try daily.removing(day, scope: .all).kept == nil)
    }

    @Test func `what makes no sense is refused`() throws {
        let monthly = try series("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27")
        #expect(throws: RecurrenceError.self) {
            _ = try monthly.rescheduling(moment("2026-11-27"), to: moment("2026-11-30"), scope: .all)
        }
        #expect(throws: RecurrenceError.self) {
            _ = try monthly.removing(moment("2026-11-26"), scope: .following).kept
            _ = try monthly.rescheduling(moment("2026-11-26"), to: moment("2026-11-30"), scope: .following)
        }
        #expect(throws: RecurrenceError.self) {
            _ = try monthly.changing(moment("2026-11-27"), rule: RecurrenceRule(.daily), scope: .this)
        }
    }

    @Test func `a start that is no occurrence moves to the first one and keeps the rule's meaning`() throws {
        #expect(try series("FREQ=WEEKLY;BYDAY=MO", "2026-01-01").aligned().start.description == "2026-01-05")
        var clamped = try series("FREQ=YEARLY;BYMONTH=2,3", "2026-01-31")
        clamped.skip = .backward
        #expect(keys(try clamped.aligned(), 3) == "2026-02-28 2026-03-31 2027-02-28")
        let never = try series("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01")
        #expect(throws: RecurrenceError.self) { _ = try never.aligned() }
    }

    @Test(arguments: [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2026-12-04T17:00", "every second Friday at 17:00"),
        ("FREQ=DAILY", "2026-12-04", "every day"),
        ("FREQ=DAILY;INTERVAL=2", "2026-12-04T07:05", "every 2 days at 07:05"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-12-04T09:00", "every weekday at 09:00"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE", "2026-12-04", "every 3 weeks on Monday and Wednesday"),
        ("FREQ=MONTHLY", "2026-01-31", "every month on the 31st"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "every month on the last"),
        (
            "FREQ=MONTHLY;BYDAY=2TU,-1FR;COUNT=5", "2026-01-31",
            "every month on the 2nd Tuesday and the last Friday 5 times"
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-30T17:00",
            "the last of every month on a weekday at 17:00"
        ),
        ("FREQ=YEARLY;UNTIL=20300101", "2026-02-12", "every year on 12 February until 2030-01-01"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-11-26", "every year on the 4th Thursday of November"),
        ("FREQ=HOURLY;INTERVAL=6", "2026-11-26T06:00", "every 6 hours"),
        ("FREQ=DAILY;BYHOUR=9,17", "2026-11-26T06:30", "every day at 09:30 and 17:30"),
        (
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-01-01",
            "every month on a Friday that is also the 13th"
        ),
    ]) func `rules read as plain English`(_ rule: String, _ start: String, _ wanted: String) throws {
        let start = try #require(LocalDateTime(start))
        #expect(try RecurrenceRule(rule).english(start: start) == wanted)
    }
}
