import EventFlow
import FoundationEssentials
import Testing

struct JSONOutputTests {
    /// Encodes a value by the generic coder, whatever else it has.
    private struct Plain<Value: Encodable>: Encodable {
        let value: Value
        func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
    }

    private struct Sample: JSONWritable, Encodable {
        var text: String?
        var number: Int64 = 0
        var date: Date?
        var texts: [String] = []

        func write(to json: inout JSONOutput) {
            json.object { json in
                json.member("date", date)
                json.member("number", number)
                json.member("text", text)
                json.member("texts", texts)
            }
        }
    }

    private func expectSame(_ sample: Sample) throws {
        let written = String(decoding: try WireJSON.encode(sample), as: UTF8.self)
        let encoded = String(decoding: try WireJSON.encode(Plain(value: sample)), as: UTF8.self)
        #expect(written == encoded)
    }

    @Test func `every character is escaped as the generic coder escapes it`() throws {
        for code in 0..<0x250 {
            guard let scalar = Unicode.Scalar(UInt32(code)) else { continue }
            try expectSame(Sample(text: "a\(scalar)b", texts: ["\(scalar)", "\(scalar)\(scalar)"]))
        }
        let texts = [
            "", "/", "</script>", "é", "e\u{301}", "日本", "👩‍👩‍👧", "\u{2028}\u{2029}\u{FEFF}", "\u{10FFFF}",
            "\r\n",
        ]
        for text in texts { try expectSame(Sample(text: text, texts: texts)) }
    }

    @Test func `numbers are written to their limits`() throws {
        for number in [0, 1, -1, 9, 10, 1_234_567_890, Int64.max, Int64.min] {
            try expectSame(Sample(number: number))
        }
    }

    @Test func `instants are written as the style writes them`() throws {
        var random = SystemRandomNumberGenerator()
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var seconds: [Double] = [
            0, -0.0004, 0.0005, 0.181, 951_782_400, 951_868_799.999, 4_102_444_800, 253_402_300_799.999,
            -11_676_096_000, -11_676_096_000.001, -62_135_596_800, 253_402_300_800,
        ]
        for _ in 0..<2000 {
            seconds.append(Double.random(in: -11_676_000_000...253_402_300_000, using: &random))
            seconds.append(Double(Int.random(in: 0...2_000_000_000_000, using: &random)) / 1000)
        }
        for second in seconds {
            let date = Date(timeIntervalSince1970: second)
            let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
            let expected = Date(timeIntervalSince1970: (milliseconds + 0.25) / 1000).formatted(style)
            #expect(Timestamp.text(of: date) == expected, "\(second)")
        }
        try expectSame(Sample(date: Date(timeIntervalSince1970: 1_763_717_400.125)))
    }

    @Test func `identifiers are written in lower case`() {
        for _ in 0..<100 {
            let identifier = UUID()
            #expect(identifier.lowercased == identifier.uuidString.lowercased())
        }
    }
}
