import FoundationEssentials
import ServiceKit
import Testing
import TodoDomain

@testable import Tasks

struct PhraseAnswerTests {
    private let zones = ZoneFiles(folder: "/usr/share/zoneinfo")
    /// Saturday, 21 November 2026, 23:30 in Amsterdam and 07:30 on Sunday in Tokyo.
    private let now: Int64 = 1_795_300_200

    private func answer(_ text: String, _ zone: String?) throws -> PhraseAnswer {
        let tz = zone.map { #", "tz": "\#($0)""# } ?? ""
        let body = Data(#"{"text": "\#(text)"\#(tz)}"#.utf8)
        return try PhraseAnswer(
            try JSONDecoder().decode(PhraseRequest.self, from: body), now: now, zones: zones)
    }

    @Test func `tomorrow is the day after the writer's own today`() throws {
        #expect(try answer("x tomorrow", "Europe/Amsterdam").due == DueTime(kind: .date, local: "2026-11-22"))
        #expect(try answer("x tomorrow", "Asia/Tokyo").due == DueTime(kind: .date, local: "2026-11-23"))
    }

    @Test func `a time is of the writer's zone, and floats without one`() throws {
        let zoned = try answer("x tomorrow 9am", "Asia/Tokyo").due
        #expect(zoned == DueTime(kind: .zoned, local: "2026-11-23T09:00", tz: "Asia/Tokyo"))
        #expect(try answer("x tomorrow 9am", nil).due == DueTime(kind: .floating, local: "2026-11-22T09:00"))
    }

    @Test func `rules are told with their wording and in words`() throws {
        let rule = try answer("rent monthly on the 31st", "Europe/Amsterdam").recurrence
        #expect(rule?.rrule == "FREQ=MONTHLY;BYMONTHDAY=31")
        #expect(rule?.skip == .backward)
        #expect(rule?.description == "every month on the 31st")
    }

    @Test func `what is too long or of no zone is refused`() {
        #expect(throws: ValidationError.self) { _ = try answer(String(repeating: "x", count: 1001), nil) }
        #expect(throws: ValidationError.self) { _ = try answer("x", "Europe/Nowhere") }
    }
}
