import EventFlow
import FoundationEssentials
import Testing

struct EventIdentifierTests {
    @Test func `an identifier is a UUID of version 7 with the time in front`() {
        let source = EventIdentifier(now: { Date(timeIntervalSince1970: 1_645_557_742) }, random: { .max })
        // The time of the example in RFC 9562, appendix A.6.
        #expect(source.next().lowercased == "017f22e2-79b0-7fff-bfff-ffffffffffff")
    }

    @Test func `later identifiers sort after earlier ones`() {
        let texts = (0..<50).map { second in
            EventIdentifier(now: { Date(timeIntervalSince1970: 1_700_000_000 + Double(second) / 1000) })
                .next().lowercased
        }
        #expect(texts == texts.sorted())
        #expect(Set(texts).count == 50)
    }

    @Test func `instants travel in RFC 3339 with milliseconds`() throws {
        let date = Date(timeIntervalSince1970: 1_763_717_400.125)
        #expect(Timestamp.text(of: date) == "2025-11-21T09:30:00.125Z")
        #expect(Timestamp.date(from: "2025-11-21T09:30:00.125Z") == date)
        #expect(Timestamp.date(from: "2025-11-21T09:30:00Z") == Date(timeIntervalSince1970: 1_763_717_400))
        #expect(Timestamp.date(from: "yesterday") == nil)
    }
}
