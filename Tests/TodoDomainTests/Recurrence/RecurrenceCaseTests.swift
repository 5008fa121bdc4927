import Testing

@testable import TodoDomain

/// One row: a rule and a start, and what comes of them.
struct RecurrenceCase: Sendable, CustomTestStringConvertible {
    var rule: String
    var start: String
    var zone: String?
    var skip = RecurrenceSeries.Skip.omit
    /// Local times; those of the start are left out.
    var wanted: String
    /// Whether the series ends with them.
    var isAll = false

    var testDescription: String { "\(rule) from \(start) \(skip)" }

    init(
        _ rule: String, _ start: String, _ wanted: String, zone: String? = nil,
        skip: RecurrenceSeries.Skip = .omit, isAll: Bool = false
    ) {
        (self.rule, self.start, self.wanted, self.zone) = (rule, start, wanted, zone)
        (self.skip, self.isAll) = (skip, isAll)
    }
}

struct RecurrenceCaseTests {
    /// Rules whose local times are told.
    static let local = [
        RecurrenceCase(
            "FREQ=MONTHLY", "2026-01-31T09:00",
            "2026-01-31 2026-03-31 2026-05-31 2026-07-31 2026-08-31 2026-10-31 2026-12-31"),
        RecurrenceCase(
            "FREQ=MONTHLY", "2026-01-31T09:00", "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31",
            skip: .backward),
        RecurrenceCase(
            "FREQ=MONTHLY", "2026-01-31T09:00", "2026-01-31 2026-03-01 2026-03-31 2026-05-01 2026-05-31",
            skip: .forward),
        RecurrenceCase(
            "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31",
            "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31"
        ),
        RecurrenceCase(
            "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31", "2026-01-31",
            "2026-01-31 2026-03-31 2026-05-31 2026-07-31 2027-01-31"),
        RecurrenceCase("FREQ=YEARLY", "2024-02-29", "2024-02-29 2028-02-29 2032-02-29"),
        RecurrenceCase("FREQ=YEARLY", "2024-02-29", "2024-02-29 2025-02-28 2026-02-28", skip: .backward),
        RecurrenceCase("FREQ=YEARLY", "2024-02-29", "2024-02-29 2025-03-01 2026-03-01", skip: .forward),
        RecurrenceCase("FREQ=YEARLY;INTERVAL=4", "2092-02-29", "2092-02-29 2096-02-29 2104-02-29 2108-02-29"),
        RecurrenceCase("FREQ=YEARLY;BYYEARDAY=366", "2024-12-31", "2024-12-31 2028-12-31 2032-12-31"),
        RecurrenceCase(
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-30T17:00",
            "2026-01-30 2026-02-27 2026-03-31 2026-04-30 2026-05-29"),
        RecurrenceCase(
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1", "2026-01-01",
            "2026-01-01 2026-01-30 2026-02-02 2026-02-27 2026-03-02 2026-03-31"),
        RecurrenceCase(
            "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2", "2026-01-01", "2026-01-07 2026-01-14 2026-01-21"),
        RecurrenceCase(
            "FREQ=MONTHLY;BYDAY=5FR", "2026-01-30", "2026-01-30 2026-05-29 2026-07-31 2026-10-30 2027-01-29"),
        RecurrenceCase(
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-01-01", "2026-02-13 2026-03-13 2026-11-13 2027-08-13"
        ),
        RecurrenceCase(
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05",
            "1997-08-05 1997-08-10 1997-08-19 1997-08-24", isAll: true),
        RecurrenceCase(
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05",
            "1997-08-05 1997-08-17 1997-08-19 1997-08-31", isAll: true),
        RecurrenceCase(
            "FREQ=WEEKLY;COUNT=3;BYDAY=MO", "2026-01-01", "2026-01-05 2026-01-12 2026-01-19", isAll: true),
        RecurrenceCase(
            "FREQ=DAILY;UNTIL=20260103T090000", "2026-01-01T09:00", "2026-01-01 2026-01-02 2026-01-03",
            isAll: true
        ),
        RecurrenceCase(
            "FREQ=DAILY;UNTIL=20260103T085959", "2026-01-01T09:00", "2026-01-01 2026-01-02", isAll: true),
        RecurrenceCase(
            "FREQ=WEEKLY;UNTIL=20230819T093000Z", "2023-08-05T12:30", "2023-08-05 2023-08-12 2023-08-19",
            zone: "Asia/Jerusalem", isAll: true),
        // Beyond the numbered cases.
        RecurrenceCase(
            "FREQ=DAILY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR", "2026-01-01",
            "2026-01-01 2026-01-07 2026-01-13 2026-01-16"),
        RecurrenceCase("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "2020-01-01", "2020-12-28 2026-12-28 2032-12-27"),
        RecurrenceCase(
            "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "2018-01-01", "2018-01-01 2018-12-31 2019-12-30 2021-01-04"),
        RecurrenceCase(
            "FREQ=YEARLY;BYWEEKNO=52,53;BYDAY=SU", "2021-01-01",
            "2021-01-03 2022-01-02 2023-01-01 2023-12-31 2024-12-29"),
        RecurrenceCase(
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2026-12-04T17:00", "2026-12-04 2026-12-18 2027-01-01"),
        RecurrenceCase("FREQ=MONTHLY;BYDAY=2TU", "2026-01-01", "2026-01-13 2026-02-10 2026-03-10"),
        RecurrenceCase("FREQ=YEARLY;BYDAY=20MO", "1997-05-19", "1997-05-19 1998-05-18 1999-05-17"),
        RecurrenceCase("FREQ=YEARLY;BYWEEKNO=20", "2026-05-13", "2026-05-13 2027-05-19 2028-05-17"),
        RecurrenceCase(
            "FREQ=DAILY;UNTIL=20260103", "2026-01-01T23:00", "2026-01-01 2026-01-02 2026-01-03", isAll: true),
        RecurrenceCase(
            "FREQ=MONTHLY;BYMONTHDAY=29,30,31", "2026-02-01", "2026-02-28 2026-03-29 2026-03-30 2026-03-31",
            skip: .backward),
        RecurrenceCase(
            "FREQ=MONTHLY;BYMONTHDAY=1,31", "2026-02-01",
            "2026-02-01 2026-03-01 2026-03-31 2026-04-01 2026-05-01",
            skip: .forward),
    ]

    @Test(arguments: local) func `rules yield the local times that they name`(_ row: RecurrenceCase) throws {
        let start = try #require(LocalDateTime(row.start))
        let zone = try row.zone.map { try #require(SystemZones.shared.zone(named: $0)) }
        var series = Recurrence(
            try RecurrenceRule(row.rule, start: start, isZoned: zone != nil), start: start, zone: zone)
        series.skip = row.skip
        let wanted = row.wanted.split(separator: " ").map { day in
            LocalDateTime(String(day))?.at(start.time).description ?? ""
        }
        let found = series.occurrences(row.isAll ? wanted.count + 5 : wanted.count)
        #expect(found.map(\.local.description) == wanted)
    }

    @Test(arguments: [
        (
            "FREQ=DAILY", "2026-03-07T02:30", "America/New_York",
            "2026-03-07T07:30 2026-03-08T07:30 2026-03-09T06:30"
        ),
        (
            "FREQ=DAILY", "2026-10-31T01:30", "America/New_York",
            "2026-10-31T05:30 2026-11-01T05:30 2026-11-02T06:30"
        ),
        (
            "FREQ=WEEKLY;BYDAY=SU", "2026-10-18T23:59", "Europe/Berlin",
            "2026-10-18T21:59 2026-10-25T22:59 2026-11-01T22:59"
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31T23:30", "America/New_York",
            "2026-02-01T04:30 2026-03-01T04:30 2026-04-01T03:30 2026-05-01T03:30"
        ),
        ("FREQ=DAILY", "2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45 2026-10-04T15:15"),
        ("FREQ=DAILY", "2018-11-04T00:00", "America/Sao_Paulo", "2018-11-04T03:00 2018-11-05T02:00"),
        // The day that Samoa left out is the next one, once.
        (
            "FREQ=DAILY", "2011-12-29T09:00", "Pacific/Apia",
            "2011-12-29T19:00 2011-12-30T19:00 2011-12-31T19:00"
        ),
        // Elapsed time: twelve hours are twelve hours, whatever clocks do.
        (
            "FREQ=HOURLY;INTERVAL=12", "2026-03-28T20:00", "Europe/Berlin",
            "2026-03-28T19:00 2026-03-29T07:00 2026-03-29T19:00"
        ),
        (
            "FREQ=MINUTELY;INTERVAL=90;BYHOUR=1,2,3", "2026-10-25T01:00", "Europe/Berlin",
            "2026-10-24T23:00 2026-10-25T00:30 2026-10-25T02:00 2026-10-26T00:30"
        ),
        // What clocks skip lands behind what follows it, and the order is that of time.
        (
            "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15,30", "2026-03-29T02:15", "Europe/Berlin",
            "2026-03-29T01:15 2026-03-29T01:30 2026-03-30T00:15"
        ),
    ]) func `zoned rules yield instants`(_ rule: String, _ start: String, _ zone: String, _ wanted: String)
        throws
    {
        let start = try #require(LocalDateTime(start))
        let zone = try #require(SystemZones.shared.zone(named: zone))
        let series = Recurrence(
            try RecurrenceRule(rule, start: start, isZoned: true), start: start, zone: zone)
        let found = series.occurrences(wanted.split(separator: " ").count).compactMap(\.instant)
        let texts = found.map { LocalDateTime(clockSeconds: $0).description }
        #expect(texts.joined(separator: " ") == wanted)
    }
}
