import FoundationEssentials
import Testing

@testable import LocalDapr

struct CronScheduleTests {
    private static func date(_ text: String) throws -> Date {
        try Date.ISO8601FormatStyle().parse(text)
    }

    /// Expression, a moment, and the time that comes next.
    static let cases: [(String, String, String)] = [
        ("TZ=UTC * * * * * *", "2026-11-21T07:31:27Z", "2026-11-21T07:31:28Z"),
        ("TZ=UTC 0 * * * * *", "2026-11-21T07:31:00Z", "2026-11-21T07:32:00Z"),
        ("TZ=UTC 30 */15 * * * *", "2026-11-21T07:31:27Z", "2026-11-21T07:45:30Z"),
        ("TZ=UTC 0 5/20 * * * *", "2026-11-21T07:31:27Z", "2026-11-21T07:45:00Z"),
        ("TZ=UTC 0 0 9-17/4 * * MON-FRI", "2026-11-20T17:00:00Z", "2026-11-23T09:00:00Z"),
        ("TZ=UTC 0 0 0 29 2 *", "2026-11-21T07:31:27Z", "2028-02-29T00:00:00Z"),
        ("TZ=UTC 0 0 0 31 * *", "2026-11-21T07:31:27Z", "2026-12-31T00:00:00Z"),
        ("TZ=UTC 0 0 0 1 jan,JUL ?", "2026-11-21T07:31:27Z", "2027-01-01T00:00:00Z"),
        // Both kinds of day given: either is enough.
        ("TZ=UTC 0 0 0 13 * 5", "2026-11-21T00:00:00Z", "2026-11-27T00:00:00Z"),
        ("TZ=UTC 0 0 0 */2 * 5", "2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("CRON_TZ=UTC @daily", "2026-11-21T07:31:27Z", "2026-11-22T00:00:00Z"),
        ("TZ=UTC @weekly", "2026-11-21T07:31:27Z", "2026-11-22T00:00:00Z"),
        ("TZ=UTC @yearly", "2026-11-21T07:31:27Z", "2027-01-01T00:00:00Z"),
        ("TZ=Europe/Amsterdam 0 30 9 * * *", "2026-07-01T07:30:00Z", "2026-07-02T07:30:00Z"),
        ("TZ=Europe/Amsterdam 0 30 9 * * *", "2026-11-21T07:31:27Z", "2026-11-21T08:30:00Z"),
        // Far beyond the table, where only the rule at its end speaks.
        ("TZ=Europe/Amsterdam 0 0 12 1 7 *", "2051-01-01T00:00:00Z", "2051-07-01T10:00:00Z"),
        ("TZ=America/New_York @midnight", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
        // The hour that does not exist is passed over; the one that comes twice is used twice.
        ("TZ=Europe/Amsterdam 0 30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"),
        ("TZ=Europe/Amsterdam 0 30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        // Midnight that does not exist.
        ("TZ=America/Sao_Paulo 0 0 * 4 11 *", "2018-11-03T12:00:00Z", "2018-11-04T03:00:00Z"),
        ("TZ=Australia/Sydney 0 0 8 1 1 *", "2045-06-01T00:00:00Z", "2045-12-31T21:00:00Z"),
        ("@every 1h30m", "2026-11-21T07:31:27Z", "2026-11-21T09:01:27Z"),
        ("@every 1500ms", "2026-11-21T07:31:27Z", "2026-11-21T07:31:28Z"),
        ("@every 10ms", "2026-11-21T07:31:27Z", "2026-11-21T07:31:28Z"),
    ]

    @Test(arguments: cases) func `the next time is found`(text: String, after: String, next: String) throws {
        let schedule = try CronSchedule(text, form: .sixFields)
        #expect(schedule.next(after: try Self.date(after)) == (try Self.date(next)))
    }

    @Test func `what never comes has no next time`() throws {
        let schedule = try CronSchedule("TZ=UTC 0 0 0 30 2 *", form: .sixFields)
        #expect(schedule.next(after: try Self.date("2026-11-21T07:31:27Z")) == nil)
    }

    @Test(arguments: [
        "", "* * * * *", "* * * * * * *", "60 * * * * *", "* * 24 * * *", "* * * 0 * *", "* * * * 13 *",
        "* * * * * 7", "5-1 * * * * *", "*/0 * * * * *", "a * * * * *", "1-2-3 * * * * *", "1/2/3 * * * * *",
        "-1 * * * * *", "@fortnightly", "@every", "@every x", "@every -1s", "TZ=UTC", "TZ=UTC @every 1s",
        "TZ=Mars/Olympus @daily", "TZ=../../etc/passwd @daily", "TZ=/etc/localtime @daily",
    ])
    func `nonsense is refused`(text: String) {
        #expect(throws: ScheduleError.self) { try CronSchedule(text, form: .sixFields) }
    }

    @Test func `a binding may leave the seconds out, a job may not`() throws {
        let schedule = try CronSchedule("TZ=UTC */5 * * * *", form: .fiveOrSixFields)
        #expect(
            schedule.next(after: try Self.date("2026-11-21T07:31:27Z"))
                == (try Self.date("2026-11-21T07:35:00Z")))
        #expect(throws: ScheduleError.self) { try CronSchedule("TZ=UTC */5 * * * *", form: .sixFields) }
    }
}

struct PointInTimeTests {
    private static let start = Date(timeIntervalSince1970: 1_795_246_287)

    static let cases: [(String, Double)] = [
        ("2026-11-21T07:31:27Z", 0), ("2026-11-21T09:31:27.500+02:00", 0.5), ("1h30m", 5400),
        ("1.5s", 1.5), ("250ms", 0.25), ("-2s", -2), ("0", 0), ("PT5S", 5), ("P1DT2H", 93_600),
        ("P2W", 1_209_600),
        ("P1M", 30 * 86_400), ("P1Y", 365 * 86_400), ("PT0.5S", 0.5),
    ]

    @Test(arguments: cases) func `each form is read`(text: String, distance: Double) throws {
        let found = try PointInTime.parse(text, from: Self.start)
        #expect(abs(found.timeIntervalSince(Self.start) - distance) < 0.001)
    }

    @Test(arguments: [
        "", "soon", "5", "1x", "h", "P", "PT", "P1S", "PT1Y", "P1M1Y", "R3/PT5S", "P0.5M",
        "2026-13-01T00:00:00Z",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: ScheduleError.self) { try PointInTime.parse(text, from: Self.start) }
    }
}

struct CivilTimeTests {
    @Test func `every day of eight hundred years survives the way there and back`() {
        var previous = CivilTime(year: 1599, month: 12, day: 31)
        for day in -135_140..<157_000 {
            let time = CivilTime(secondsSince1970: Int64(day) * 86_400 + 3661)
            #expect(time.secondsSince1970 == Int64(day) * 86_400 + 3661)
            #expect(time.day == previous.day + 1 || time.day == 1)
            #expect((time.hour, time.minute, time.second) == (1, 1, 1))
            previous = time
        }
        #expect(CivilTime(year: 2026, month: 11, day: 21).weekday == 6)
        #expect(CivilTime(year: 1969, month: 12, day: 31).weekday == 3)
    }
}
