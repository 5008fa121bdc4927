import Foundation
import ServiceKit
import Testing
import TodoDomain

@testable import Notifications

struct QuietTimeTests {
    private static let zones = ZoneFiles(folder: "/usr/share/zoneinfo")

    private func opening(
        _ moment: String, from: String = "22:00", to: String = "07:00", zone: String = "Europe/Amsterdam",
        rule: Preferences.Rule = Preferences.Rule(), digestAt: String = "08:00"
    ) throws -> String {
        let now = try #require(ISO8601DateFormatter().date(from: moment))
        let quiet = QuietTime(
            zone: try #require(Self.zones.zone(named: zone)), from: TimeOfDay(from), to: TimeOfDay(to))
        return ISO8601DateFormatter().string(
            from: quiet.opening(from: now, rule: rule, digestAt: digestAt))
    }

    @Test(arguments: [
        ("2026-12-01T20:59:59Z", "2026-12-01T20:59:59Z"), ("2026-12-01T21:00:00Z", "2026-12-02T06:00:00Z"),
        ("2026-12-02T05:59:59Z", "2026-12-02T06:00:00Z"), ("2026-12-02T06:00:00Z", "2026-12-02T06:00:00Z"),
        // The night in which clocks go forward, and the one in which they go back.
        ("2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"), ("2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z"),
    ])
    func `quiet hours over midnight end in the morning of the user's zone`(now: String, out: String) throws {
        #expect(try opening(now) == out)
    }

    @Test func `quiet hours within a day, of no length, or switched off hold back what they should`() throws {
        #expect(
            try opening("2026-12-01T12:30:00Z", from: "13:00", to: "14:00") == "2026-12-01T13:00:00Z")
        #expect(
            try opening("2026-12-01T12:30:00Z", from: "13:00", to: "13:00") == "2026-12-01T12:30:00Z")
        let loud = Preferences.Rule(quietHours: false)
        #expect(try opening("2026-12-01T23:00:00Z", rule: loud) == "2026-12-01T23:00:00Z")
    }

    @Test func `an end that the clocks skip comes as much later`() throws {
        #expect(
            try opening("2026-03-28T23:00:00Z", from: "23:00", to: "02:30") == "2026-03-29T01:30:00Z")
    }

    @Test(arguments: [
        // 02:15 and 02:45 are shown twice; 02:30 has been when they come again.
        ("2026-10-25T00:15:00Z", "2026-10-25T00:30:00Z"), ("2026-10-25T00:45:00Z", "2026-10-25T00:45:00Z"),
        ("2026-10-25T01:15:00Z", "2026-10-25T01:15:00Z"), ("2026-10-25T01:45:00Z", "2026-10-25T01:45:00Z"),
    ])
    func `an end in the hour that clocks show twice is over when it comes again`(now: String, out: String)
        throws
    {
        #expect(try opening(now, to: "02:30") == out)
        #expect(try opening(now, from: "01:00", to: "02:30") == out)
    }

    /// What asks for a notification says for how long it is of use, and must allow for this.
    @Test func `no digest and no quiet time hold back for more than two days and two hours`() throws {
        let digest = Preferences.Rule(digest: true)
        var longest = 0.0
        for minute in stride(from: 0, to: 48 * 60, by: 15) {
            let now = Date(timeIntervalSince1970: 1_792_800_000 + Double(minute) * 60)
            for (from, to) in [("08:00", "07:59"), ("08:00", "09:00"), ("07:00", "08:30")] {
                let quiet = QuietTime(
                    zone: try #require(Self.zones.zone(named: "Europe/Amsterdam")), from: TimeOfDay(from),
                    to: TimeOfDay(to))
                longest = max(
                    longest,
                    quiet.opening(from: now, rule: digest, digestAt: "08:00").timeIntervalSince(now))
            }
        }
        #expect((48 * 3600..<50 * 3600).contains(longest), "\(longest)")
    }

    @Test func `a digest goes out at its time of the day, and after the quiet hours`() throws {
        let digest = Preferences.Rule(digest: true)
        #expect(try opening("2026-12-01T06:59:59Z", rule: digest) == "2026-12-01T07:00:00Z")
        #expect(try opening("2026-12-01T07:00:00Z", rule: digest) == "2026-12-02T07:00:00Z")
        #expect(
            try opening("2026-12-01T12:00:00Z", rule: digest, digestAt: "06:00") == "2026-12-02T06:00:00Z")
    }

    @Test func `times of day are read strictly`() {
        for text in ["", "7:00", "24:00", "07:60", "07:00:00", "aa:bb", "07-00"] {
            #expect(TimeOfDay(text) == nil, "\(text)")
        }
    }
}
