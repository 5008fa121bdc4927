import Testing

@testable import TodoDomain

struct NextOccurrenceTests {
    private func zone(_ name: String) throws -> ZoneRules {
        try #require(SystemZones.shared.zone(named: name))
    }

    private func moment(_ text: String) throws -> LocalDateTime { try #require(LocalDateTime(text)) }

    /// Due and completed by the clock of a zone; the next one.
    private func next(
        _ rule: String, start: String, due: String, done: String, zone name: String = "Europe/Berlin",
        _ change: (inout Recurrence) -> Void = { _ in }
    ) throws -> String? {
        let zone = try zone(name)
        let start = try moment(start)
        var series = Recurrence(
            try RecurrenceRule(rule, start: start, isZoned: start.hasTime), start: start,
            zone: start.hasTime ? zone : nil)
        change(&series)
        return series.next(
            after: try moment(due), completedAt: zone.unix(ofLocal: try moment(done)), userZone: zone,
            position: 1)?.key
    }

    @Test func `what was missed is skipped, or comes one by one`() throws {
        let daily = { (done: String, catchUp: RecurrenceSeries.CatchUp) in
            try next("FREQ=DAILY", start: "2026-11-16T09:00", due: "2026-11-16T09:00", done: done) {
                $0.catchUp = catchUp
            }
        }
        #expect(try daily("2026-11-19T08:00", .skipMissed) == "2026-11-19T09:00")
        #expect(try daily("2026-11-19T14:00", .skipMissed) == "2026-11-20T09:00")
        #expect(try daily("2026-11-19T14:00", .each) == "2026-11-17T09:00")
    }

    @Test func `early, late in another phase, and after the last`() throws {
        let early = try next(
            "FREQ=WEEKLY;BYDAY=MO", start: "2026-11-16T09:00", due: "2026-11-16T09:00",
            done: "2026-11-13T10:00")
        #expect(early == "2026-11-23T09:00")
        let phase = try next(
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", start: "2026-11-05", due: "2026-11-05",
            done: "2026-11-20T10:00")
        #expect(phase == "2026-12-03")
        let ended = try next(
            "FREQ=DAILY;COUNT=3", start: "2026-11-01", due: "2026-11-01", done: "2026-11-10T10:00")
        #expect(ended == nil)
    }

    @Test func `the owner's date counts for days, and reminders are nominal or exact`() throws {
        let allDay = try next(
            "FREQ=DAILY", start: "2026-11-16", due: "2026-11-16", done: "2026-11-16T23:30",
            zone: "America/New_York")
        #expect(allDay == "2026-11-17")
        let newYork = try zone("America/New_York")
        let due = DueTime(kind: .zoned, local: "2026-11-23T09:00", tz: "Europe/Berlin")
        let zoned = try #require(due.instant(zones: SystemZones.shared, userZone: newYork))
        #expect(LocalDateTime(clockSeconds: zoned).description == "2026-11-23T08:00")
        #expect(newYork.local(ofUnix: zoned).description == "2026-11-23T03:00")
        let floating = DueTime(kind: .floating, local: "2026-11-23T09:00")
        let moved = try #require(floating.instant(zones: SystemZones.shared, userZone: newYork))
        #expect(LocalDateTime(clockSeconds: moved).description == "2026-11-23T14:00")
        let spring = try moment("2026-03-08T09:00")
        let reminders = ["-PT24H", "-P1D", "-P1W", "-P1DT2H30M"].compactMap { CalendarOffset($0) }.map {
            newYork.local(ofUnix: $0.instant(from: spring, in: newYork)).description
        }
        #expect(
            reminders == ["2026-03-07T08:00", "2026-03-07T09:00", "2026-03-01T09:00", "2026-03-07T06:30"])
        #expect(
            ["-PT24H", "-P1D", "-PT15M", "-P1DT2H30M"].map { CalendarOffset($0)?.description ?? "" }
                == ["-PT24H", "-P1D", "-PT15M", "-P1DT2H30M"])
    }

    @Test func `from a completion, counted in its own units`() throws {
        let from = { (rule: String, due: String, done: String) in
            try next(rule, start: due, due: due, done: done) { $0.mode = .completion }
        }
        #expect(try from("FREQ=MONTHLY", "2026-01-30T09:00", "2026-01-31T20:00") == "2026-02-28T09:00")
        #expect(try from("FREQ=DAILY;INTERVAL=3", "2026-11-01", "2026-11-10T10:00") == "2026-11-13")
        #expect(try from("FREQ=YEARLY", "2024-02-29", "2024-02-29T10:00") == "2025-02-28")
        #expect(
            try from("FREQ=HOURLY;INTERVAL=8", "2026-11-01T08:00", "2026-11-01T09:17:30")
                == "2026-11-01T17:17")
        #expect(
            try from("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-02T09:00", "2026-11-06T10:00")
                == "2026-11-16T09:00")
        #expect(
            try from("FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-11-01T09:00", "2026-11-15T08:00")
                == "2026-12-01T09:00")
        // Done early, and the completed one does not come again.
        #expect(
            try from("FREQ=WEEKLY;BYDAY=MO", "2026-11-16T09:00", "2026-11-13T10:00") == "2026-11-23T09:00")
        #expect(try from("FREQ=DAILY;COUNT=1", "2026-11-01", "2026-11-10T10:00") == nil)
        #expect(try from("FREQ=DAILY;UNTIL=20261105", "2026-11-01", "2026-11-05T10:00") == nil)
    }

    @Test func `clock times that come twice or never do not come back`() throws {
        let twice = try next(
            "FREQ=DAILY", start: "2026-10-24T02:30", due: "2026-10-24T02:30", done: "2026-10-25T02:10")
        #expect(twice == "2026-10-25T02:30")
        let never = try next(
            "FREQ=DAILY", start: "2026-03-28T02:30", due: "2026-03-28T02:30", done: "2026-03-29T03:10")
        #expect(never == "2026-03-29T02:30")
        let passed = try next(
            "FREQ=DAILY", start: "2026-03-28T02:30", due: "2026-03-29T02:30", done: "2026-03-29T03:40")
        #expect(passed == "2026-03-30T02:30")
    }
}
