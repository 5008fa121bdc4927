import Foundation
import Testing

@testable import TodoDomain

/// Offsets and local times of thirty zones over 130 years, as Python's `zoneinfo` has them.
struct ZoneOracleTests {
    private static let zones = """
        UTC Europe/Berlin Europe/Dublin Europe/London Europe/Lisbon Europe/Moscow Europe/Istanbul America/New_York
        America/Sao_Paulo America/St_Johns America/Nuuk America/Asuncion America/Havana America/Caracas America/Adak
        Africa/Casablanca Africa/Cairo Africa/El_Aaiun Africa/Johannesburg Asia/Jerusalem Asia/Kolkata Asia/Kathmandu
        Asia/Tehran Asia/Gaza Asia/Pyongyang Australia/Lord_Howe Australia/Sydney Pacific/Apia Pacific/Chatham
        Pacific/Auckland Antarctica/Troll Pacific/Kwajalein Etc/GMT+12
        """.split { $0.isWhitespace }.map(String.init)

    /// Prints `zone`, then lines `u INSTANT OFFSET` and `l LOCAL INSTANT` at and around every change, and at random.
    private static let script = """
        import random, sys
        from datetime import datetime, timedelta, timezone
        from zoneinfo import ZoneInfo
        first, last = -86400 * 366, 4102444800 + 86400 * 366
        epoch = datetime(1970, 1, 1)
        out = []
        for name in sys.argv[1:]:
            zone = ZoneInfo(name)
            def offset(t):
                utc = (epoch + timedelta(seconds=t)).replace(tzinfo=timezone.utc)
                return int(utc.astimezone(zone).utcoffset().total_seconds())
            def instant(clock):
                local = (epoch + timedelta(seconds=clock)).replace(tzinfo=zone)
                return clock - int(local.utcoffset().total_seconds())
            out.append("zone " + name)
            marks, before = [], offset(first)
            for t in range(first + 345600, last, 345600):
                now = offset(t)
                if now != before:
                    low, high = t - 345600, t
                    while high - low > 1:
                        middle = (low + high) // 2
                        if offset(middle) == before: low = middle
                        else: high = middle
                    marks.append((high, before, offset(high)))
                    before = now
            dice = random.Random(name)
            for t in [dice.randrange(first, last) for _ in range(300)]:
                out.append(f"u {t} {offset(t)}")
                out.append(f"l {t} {instant(t)}")
            for t, old, new in marks:
                for near in (t - 1, t): out.append(f"u {near} {offset(near)}")
                edges = (t + old - 1, t + old, t + old + 1, t + new - 1, t + new, t + (old + new) // 2)
                for clock in edges: out.append(f"l {clock} {instant(clock)}")
        print("\\n".join(out))
        """

    @Test(.enabled(if: PythonOracle.has("zoneinfo"), "python3 is not installed"))
    func `offsets and instants are those of zoneinfo for every zone and change from 1970 to 2100`()
        async throws
    {
        let answer = try #require(await PythonOracle.run(Self.script, arguments: Self.zones))
        var rules = ZoneRules.utc
        var name = ""
        var (compared, wrong) = (0, [String]())
        for line in answer.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let given = Int64(words[1]), let wanted = Int64(words[2]) else {
                name = String(words[1])
                rules = try #require(SystemZones.shared.zone(named: name))
                continue
            }
            compared += 1
            let found =
                words[0] == "u"
                ? Int64(rules.offset(atUnix: given))
                : rules.unix(ofLocal: LocalDateTime(clockSeconds: given))
            if found != wanted { wrong.append("\(name) \(line): \(found)") }
        }
        #expect(wrong.prefix(20).joined(separator: "\n") == "")
        #expect(wrong.count == 0)
        #expect(compared > 40_000)
    }

    @Test func `local times of instants lead back to the instant wherever clocks show it once`() throws {
        for name in Self.zones {
            let rules = try #require(SystemZones.shared.zone(named: name))
            for year in stride(from: 1970, to: 2100, by: 3) {
                let local = LocalDateTime(
                    year: year, month: 6, day: 15, time: .init(hour: 12, minute: 34, second: 56))
                let instant = rules.unix(ofLocal: local)
                #expect(rules.local(ofUnix: instant) == local, "\(name) \(year)")
            }
        }
    }
}
