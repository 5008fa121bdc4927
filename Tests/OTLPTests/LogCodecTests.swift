import OTLP
import Testing

@Suite struct LogCodecTests {
    static let sample: [ResourceLogs] = {
        var record = LogRecord(
            timeUnixNano: 1, observedTimeUnixNano: 2, severityNumber: 13, severityText: "WARN",
            body: .string("a\u{0}b"))
        record.attributes = [
            Attribute("k", .array([.int(-1), .empty])), Attribute("", .bytes([0])), Attribute("m", .map([])),
        ]
        record.droppedAttributesCount = 3
        record.flags = 1
        record.traceID = TraceID(high: 1, low: 2)
        record.spanID = SpanID(3)
        record.eventName = "e"
        let plain = LogRecord(timeUnixNano: .max, body: .empty)
        return [
            ResourceLogs(
                resource: Resource(attributes: [Attribute("service.name", .string("tasks"))]),
                scopeLogs: [
                    ScopeLogs(
                        scope: InstrumentationScope(name: "l", version: "1"), records: [record, plain],
                        schemaURL: "s"), ScopeLogs(scope: InstrumentationScope(name: ""), records: []),
                ], schemaURL: "r")
        ]
    }()

    @Test func `what is encoded is decoded`() throws {
        #expect(try LogCodec.decode(LogCodec.encode(Self.sample)) == Self.sample)
        #expect(LogCodec.encode([]).isEmpty)
        #expect(try LogCodec.decode([]).isEmpty)
    }

    @Test func `numbers and types of the fields are those of the specification`() {
        var record = LogRecord(
            timeUnixNano: 1, observedTimeUnixNano: 2, severityNumber: 9, severityText: "I", body: .string(""))
        record.attributes = [Attribute("a", .int(1))]
        record.droppedAttributesCount = 1
        record.flags = 1
        record.traceID = TraceID(high: 0, low: 1)
        record.spanID = SpanID(1)
        record.eventName = "e"
        let bytes = LogCodec.encode([
            ResourceLogs(
                resource: Resource(),
                scopeLogs: [ScopeLogs(scope: InstrumentationScope(name: ""), records: [record])])
        ])
        let wanted: [UInt8] =
            [0x09, 1, 0, 0, 0, 0, 0, 0, 0] + [0x10, 9] + [0x1A, 1, 0x49] + [0x2A, 2, 0x0A, 0]
            + [0x32, 7, 0x0A, 1, 0x61, 0x12, 2, 0x18, 1] + [0x38, 1] + [0x45, 1, 0, 0, 0]
            + [0x4A, 16] + [UInt8](repeating: 0, count: 15) + [1]
            + [0x52, 8] + [UInt8](repeating: 0, count: 7) + [1]
            + [0x59, 2, 0, 0, 0, 0, 0, 0, 0] + [0x62, 1, 0x65]
        let scope = [0x0A, 0, 0x12, UInt8(wanted.count)] + wanted
        #expect(bytes == [0x0A, UInt8(scope.count + 4), 0x0A, 0, 0x12, UInt8(scope.count)] + scope)
    }

    @Test func `ids that break the rules are none at all`() throws {
        // A record with a trace id of one byte and a span id of eight zeros.
        let record: [UInt8] = [0x4A, 1, 9, 0x52, 8] + [UInt8](repeating: 0, count: 8)
        let scope = [0x12, UInt8(record.count)] + record
        let group = [0x12, UInt8(scope.count)] + scope
        let decoded = try LogCodec.decode([0x0A, UInt8(group.count)] + group)
        let found = try #require(decoded.first?.scopeLogs.first?.records.first)
        #expect(found.traceID == nil && found.spanID == nil && found.body == .empty)
    }

    @Test func `truncated and mutated bytes never crash`() {
        let golden = LogCodec.encode(Self.sample)
        for length in 1..<golden.count {
            #expect(throws: OTLPError.malformed) { try LogCodec.decode(Array(golden.prefix(length))) }
        }
        var random = SplitMix(state: 7)
        for _ in 0..<5000 {
            var bytes = golden
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            guard let decoded = try? LogCodec.decode(bytes) else { continue }
            let again = LogCodec.encode(decoded)
            #expect((try? LogCodec.decode(again)).map { LogCodec.encode($0) } == again)
        }
    }
}
