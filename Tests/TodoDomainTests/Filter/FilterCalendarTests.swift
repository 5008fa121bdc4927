import Foundation
import Testing

@testable import TodoDomain

/// What "today" is depends on where somebody is, and when.
struct FilterCalendarTests {
    private static let zones = [
        "Pacific/Kiritimati", "Pacific/Apia", "Pacific/Auckland", "Australia/Lord_Howe", "Asia/Kolkata",
        "Asia/Tokyo", "Europe/Amsterdam", "Europe/London", "America/New_York", "America/St_Johns",
        "America/Los_Angeles", "Pacific/Pago_Pago",
    ]

    private func subject(_ due: DueTime, in zone: ZoneRules) throws -> FilterSubject {
        let local = try #require(LocalDateTime(due.local))
        let task = TodoTask(
            id: UUID(), title: "t", description: nil, priority: .none, tags: [], list: nil, due: due,
            status: .open, version: 1, createdAt: .distantPast, updatedAt: .distantPast, completedAt: nil)
        return FilterSubject(
            task, dueAt: Date(timeIntervalSince1970: Double(zone.unix(ofLocal: local))))
    }

    private func holds(_ filter: String, _ due: DueTime, in zone: ZoneRules, at now: Date) throws -> Bool {
        try FilterParser.parse(filter).resolved(in: FilterContext(now: now, zone: zone))
            .holds(for: subject(due, in: zone))
    }

    @Test(arguments: zones) func `today is the day of the clock, half an hour before and after midnight`(
        name: String
    ) throws {
        let zone = try #require(SystemZones.shared.zone(named: name))
        // Ordinary days, and both changes of the clock in the north and in the south.
        for day in [
            "2026-11-21", "2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2026-04-05", "2026-09-27",
        ] {
            for time in ["23:30", "00:30"] {
                let local = try #require(LocalDateTime("\(day)T\(time)"))
                let now = Date(timeIntervalSince1970: Double(zone.unix(ofLocal: local)))
                let (yesterday, tomorrow) = (
                    local.date.adding(days: -1).description, local.date.adding(days: 1).description
                )
                for kind in [DueTime.Kind.date, .floating] {
                    func due(_ date: String, _ clock: String) -> DueTime {
                        DueTime(kind: kind, local: kind == .date ? date : "\(date)T\(clock)")
                    }
                    let place = "\(name) \(day) \(time) \(kind)"
                    #expect(try holds("today", due(day, "00:00"), in: zone, at: now), "\(place)")
                    #expect(try holds("today", due(day, "23:59"), in: zone, at: now), "\(place)")
                    #expect(try !holds("today", due(yesterday, "23:59"), in: zone, at: now), "\(place)")
                    #expect(try !holds("today", due(tomorrow, "00:00"), in: zone, at: now), "\(place)")
                    #expect(try holds("overdue", due(yesterday, "23:59"), in: zone, at: now), "\(place)")
                    #expect(try !holds("overdue", due(tomorrow, "00:00"), in: zone, at: now), "\(place)")
                    // A date is over when its day is; a time when it has come.
                    #expect(
                        try holds("overdue", due(day, "00:15"), in: zone, at: now) == (kind == .floating),
                        "\(place)")
                    #expect(try holds("tomorrow", due(tomorrow, "12:00"), in: zone, at: now), "\(place)")
                    #expect(
                        try holds("due >= today AND due < tomorrow", due(day, "12:00"), in: zone, at: now))
                }
            }
        }
    }

    @Test(arguments: [
        ("today", "2026-11-21T00:00", "2026-11-22T00:00"),
        ("yesterday", "2026-11-20T00:00", "2026-11-21T00:00"),
        ("saturday", "2026-11-21T00:00", "2026-11-22T00:00"),
        ("monday", "2026-11-23T00:00", "2026-11-24T00:00"),
        ("sow", "2026-11-16T00:00", "2026-11-17T00:00"),
        ("eow", "2026-11-22T00:00", "2026-11-23T00:00"),
        ("som", "2026-11-01T00:00", "2026-11-02T00:00"),
        ("eom", "2026-11-30T00:00", "2026-12-01T00:00"),
        ("eom+1m", "2026-12-30T00:00", "2026-12-31T00:00"),
        ("eoy", "2026-12-31T00:00", "2027-01-01T00:00"),
        ("today+2w-1d", "2026-12-04T00:00", "2026-12-05T00:00"),
        ("2026-12-01", "2026-12-01T00:00", "2026-12-02T00:00"),
    ]) func `a word for a day covers that day`(word: String, from: String, before: String) throws {
        let zone = try #require(SystemZones.shared.zone(named: "Europe/Amsterdam"))
        let context = FilterContext(now: instant("2026-11-21T22:30:00Z"), zone: zone)
        let span = context.span(of: try #require(FilterMoment(word)))
        #expect(
            Int64(span.from.timeIntervalSince1970) == zone.unix(ofLocal: try #require(LocalDateTime(from))))
        #expect(
            Int64(span.before.timeIntervalSince1970)
                == zone.unix(ofLocal: try #require(LocalDateTime(before))))
    }

    @Test func `the week begins where its owner begins it`() throws {
        let sunday = FilterContext(now: instant("2026-11-21T12:00:00Z"), zone: .utc, weekStart: .sunday)
        #expect(sunday.span(of: FilterMoment(.startOfWeek)).from == instant("2026-11-15T00:00:00Z"))
        #expect(sunday.span(of: FilterMoment(.endOfWeek)).from == instant("2026-11-21T00:00:00Z"))
    }

    @Test func `a day ahead keeps the clock, and hours ahead pass`() throws {
        let zone = try #require(SystemZones.shared.zone(named: "Europe/Amsterdam"))
        let context = FilterContext(now: instant("2026-10-24T10:00:00Z"), zone: zone)
        #expect(
            context.span(of: try #require(FilterMoment("now+1d"))).from == instant("2026-10-25T11:00:00Z"))
        #expect(
            context.span(of: try #require(FilterMoment("now+24h"))).from == instant("2026-10-25T10:00:00Z"))
    }

    @Test(arguments: [
        ("now", "2026-10-25T01:30:00Z"), ("now+1h", "2026-10-25T02:30:00Z"),
        ("now-30min", "2026-10-25T01:00:00Z"), ("now+1h-90min", "2026-10-25T01:00:00Z"),
        ("now+1d", "2026-10-26T01:30:00Z"),
    ]) func `in the hour that comes twice, hours are counted from the one that it is`(
        word: String, at: String
    )
        throws
    {
        let zone = try #require(SystemZones.shared.zone(named: "Europe/Amsterdam"))
        let context = FilterContext(now: instant("2026-10-25T01:30:00Z"), zone: zone)
        #expect(context.span(of: try #require(FilterMoment(word))).from == instant(at))
    }
}
