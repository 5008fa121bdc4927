import Foundation
import Testing

@testable import TodoDomain

struct TextFormatTests {
    private static let right: [(TextFormat, String)] = [
        (.free, ""), (.free, "né\n"), (.uuid, "019a5c00-0000-7000-8000-00000000000a"),
        (.instant, "2026-11-21T09:30:00Z"), (.instant, "2024-02-29T23:59:59.123456789Z"),
        (.local, "2026-12-01"), (.local, "2026-12-01T09:00"), (.local, "2026-12-01T09:00:30"),
        (.timeOfDay, "00:00"), (.timeOfDay, "23:59"), (.zone, "UTC"), (.zone, "America/Argentina/Ushuaia"),
        (.zone, "Etc/GMT+5"), (.duration, "-P1D"), (.duration, "PT24H"), (.duration, "P1DT2H30M"),
        (.duration, "+P2W"), (.word, "skip_missed"), (.word, "changedFields"), (.dottedWords, "todo.a.b.v1"),
        (.digest, String(repeating: "0a", count: 32)),
        (.traceparent, "00-5c5e900ec2180a77c425fb2ae1d09868-70d93e93e81f2f6a-01"),
    ]

    private static let wrong: [(TextFormat, String)] = [
        (.free, "a\0b"), (.uuid, "019A5C00-0000-7000-8000-00000000000A"), (.uuid, ""), (.uuid, "0-0-0-0-0"),
        (.uuid, "019a5c0000007000800000000000000a"), (.instant, "2026-11-21T09:30:00"),
        (.instant, "2026-11-21T09:30:00+01:00"), (.instant, "2026-11-21 09:30:00Z"),
        (.instant, "2026-11-21T09:30Z"), (.instant, "2026-11-21T09:30:00.Z"),
        (.instant, "2026-11-21T09:30:00.1234567890Z"), (.instant, "2026-11-21T09:30:00.1.1Z"),
        (.local, "2026-12-01T9:00"), (.local, "01.12.2026"), (.local, "2026-12-01T09:00Z"),
        (.timeOfDay, "24:00"), (.timeOfDay, "9:00"), (.timeOfDay, "09:00:00"), (.zone, "/etc/passwd"),
        (.zone, ""), (.zone, "../UTC"), (.duration, "P"), (.duration, "PT"), (.duration, "P1DT"),
        (.duration, "P1M"), (.duration, "P1H"), (.duration, "P1WT1H"), (.duration, "1D"), (.duration, "P-1D"),
        (.duration, "P123456D"), (.word, "A"), (.word, "a b"), (.word, "a.b"), (.word, "ä"), (.word, ""),
        (.dottedWords, "a..b"), (.dottedWords, ".a"), (.dottedWords, "a."), (.digest, "0a"),
        (.digest, String(repeating: "0A", count: 32)), (.traceparent, "00-00-00-01"),
        (.traceparent, "01-5c5e900ec2180a77c425fb2ae1d09868-70d93e93e81f2f6a-01"),
    ]

    /// What the pattern cannot say.
    private static let looserPattern: [(TextFormat, String)] = [
        (.instant, "2026-02-30T09:30:00Z"), (.local, "2026-13-01"), (.local, "2023-02-29T00:00"),
    ]

    @Test func `what is right is accepted, by the pattern too`() throws {
        for (format, text) in Self.right {
            #expect(format.accepts(text), "\(format) \(text)")
            #expect(text.range(of: format.pattern, options: .regularExpression) != nil, "\(format) \(text)")
        }
        #expect(Set(Self.right.map(\.0)) == Set(TextFormat.allCases))
    }

    @Test func `what is wrong is refused, by the pattern too`() {
        for (format, text) in Self.wrong {
            #expect(!format.accepts(text), "\(format) \(text)")
            #expect(text.range(of: format.pattern, options: .regularExpression) == nil, "\(format) \(text)")
        }
        #expect(Set(Self.wrong.map(\.0)) == Set(TextFormat.allCases))
    }

    @Test func `days that no calendar has are refused, although the pattern cannot know`() {
        for (format, text) in Self.looserPattern {
            #expect(!format.accepts(text), "\(format) \(text)")
        }
    }

    @Test func `every zone and local time that a task may have is accepted`() {
        for zone in ["Europe/Amsterdam", "A/", "GMT-3", "_", "a//b"] {
            #expect(DueTime(kind: .zoned, local: "2026-12-01T09:00", tz: zone).mistakes(at: "").isEmpty)
            #expect(TextFormat.zone.accepts(zone), "\(zone)")
        }
    }
}
