import Foundation
import Testing

@testable import TodoDomain

struct ZoneRulesTests {
    private func instant(_ zone: String, _ local: String) throws -> String {
        let rules = try #require(SystemZones.shared.zone(named: zone))
        let local = try #require(LocalDateTime(local))
        return LocalDateTime(clockSeconds: rules.unix(ofLocal: local)).description + "Z"
    }

    @Test func `clocks that skip, repeat, lose a day or go back in summer`() throws {
        let cases = [
            // Half an hour only.
            ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45Z"),
            ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45Z"),
            // A whole day that never was.
            ("Pacific/Apia", "2011-12-30T09:00", "2011-12-30T19:00Z"),
            ("Pacific/Apia", "2011-12-31T09:00", "2011-12-30T19:00Z"),
            // No midnight.
            ("America/Sao_Paulo", "2018-11-04T00:00", "2018-11-04T03:00Z"),
            ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00Z"),
            // Negative summer time in Ramadan, listed for decades ahead; and in winter by the closing rule.
            ("Africa/Casablanca", "2026-02-20T12:00", "2026-02-20T12:00Z"),
            ("Africa/Casablanca", "2026-05-20T12:00", "2026-05-20T11:00Z"),
            ("Europe/Dublin", "2077-07-01T12:00", "2077-07-01T11:00Z"),
            ("Europe/Dublin", "2077-01-01T12:00", "2077-01-01T12:00Z"),
            ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30Z"),
            ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30Z"),
            ("America/New_York", "2099-03-08T02:30", "2099-03-08T07:30Z"),
            ("Europe/Berlin", "2400-07-01T00:00", "2400-06-30T22:00Z"),
        ]
        for (zone, local, wanted) in cases { #expect(try instant(zone, local) == wanted, "\(zone) \(local)") }
    }

    @Test func `closing rules in every form are read`() throws {
        let cases: [(rule: String, local: String, offset: Int)] = [
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2030-07-01T12:00", 7200),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2030-01-01T12:00", 39_600),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2030-01-01T12:00", 0),
            ("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "2030-07-01T12:00", -7200),
            ("EST5EDT,0/0,J365/25", "2030-12-31T23:59", -14_400),
            ("EST5EDT,0/0,J365/25", "2031-01-01T00:00", -14_400),
            ("XXX3EDT4,0/0,J365/23", "2030-06-01T12:00", -14_400),
            ("AAA-2:30:15", "2030-06-01T12:00", 9015),
            ("AAA0BBB,J60/0,J61/0", "2032-03-01T12:00", 3600),
            ("AAA0BBB,59/0,60/0", "2032-02-29T12:00", 3600),
        ]
        for (rule, local, offset) in cases {
            let closing = try #require(ZoneClosingRule(text: rule.utf8), "\(rule)")
            let rules = ZoneRules(starts: [], offsets: [], initialOffset: 0, closing: closing)
            let instant = rules.unix(ofLocal: try #require(LocalDateTime(local)))
            #expect(rules.offset(atUnix: instant) == offset, "\(rule)")
        }
        for rule in [
            "", "CE-1", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-25", "CET-1CEST,M13.5.0,M10.5.0",
            "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,J0,J5", "CET-1CEST,366,5", "CET-1CEST,M3.5.0/168,M10.5.0",
            "<CET-1", "<A>-1", "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-99999999999999999999",
        ] { #expect(ZoneClosingRule(text: rule.utf8) == nil, "\(rule)") }
    }

    @Test func `the oldest form of the data is read, as far as it reaches`() throws {
        var bytes = Array("TZif".utf8) + [UInt8](repeating: 0, count: 16)
        for count in [0, 0, 0, 1, 2, 4] as [UInt8] { bytes += [0, 0, 0, count] }
        bytes += [0, 0, 0, 100, 1] + [0, 0, 0, 60, 0, 0] + [255, 255, 255, 196, 1, 0] + Array("abc\0".utf8)
        let rules = try ZoneRules(tzif: bytes)
        let offsets = [99, 100, Int64.max].map { rules.offset(atUnix: $0) }
        #expect(offsets == [60, -60, -60])
    }

    @Test func `hostile bytes are an error and nothing worse`() throws {
        #expect(throws: ZoneDataError.notZoneData) { _ = try ZoneRules(tzif: []) }
        let whole = Array(try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin")))
        for length in 0..<whole.count {
            #expect(throws: ZoneDataError.self) { _ = try ZoneRules(tzif: Array(whole[..<length])) }
        }
        var dice = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0...Int.random(in: 0...5, using: &dice) {
                bytes[Int.random(in: 0..<bytes.count, using: &dice)] = UInt8.random(in: 0...255, using: &dice)
            }
            guard let rules = try? ZoneRules(tzif: bytes) else { continue }
            for instant in [Int64.min, -1, 0, 1_800_000_000, .max] {
                #expect(abs(rules.offset(atUnix: instant)) < 26 * 3600)
                _ = rules.local(ofUnix: instant)
            }
            for year in [0, 1970, 2026, 9999] {
                _ = rules.unix(ofLocal: LocalDateTime(year: year, month: 1, day: 1))
            }
        }
    }

    @Test func `days are counted as calendars do`() throws {
        #expect(LocalDateTime(year: 1970, month: 1, day: 1).dayNumber == 0)
        #expect(LocalDateTime(year: 2000, month: 3, day: 1).dayNumber == 11_017)
        var day = LocalDateTime(year: -400, month: 1, day: 1)
        let start = day.dayNumber
        for offset in 0..<400_000 {
            #expect(day.dayNumber == start + offset)
            let next = LocalDateTime(dayNumber: start + offset + 1)
            if next.day != 1 {
                #expect(next.day == day.day + 1 && next.month == day.month)
            } else {
                #expect(day.day == LocalDateTime.days(in: day.month, of: day.year))
            }
            day = next
        }
        #expect(LocalDateTime("2026-11-21")?.weekday == .saturday)
        #expect(LocalDateTime("2026-01-31")?.adding(months: 1).description == "2026-02-28")
        #expect(
            LocalDateTime("2026-01-31T09:00:05")?.adding(months: -11).description == "2025-02-28T09:00:05")
        #expect(LocalDateTime(clockSeconds: -1).description == "1969-12-31T23:59:59")
    }
}
