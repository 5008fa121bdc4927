import OTLP
import Testing

@Suite struct TraceCodecTests {
    @Test func `the golden trace is encoded byte for byte`() throws {
        #expect(SampleTraces.goldenBytes.count == 521)
        #expect(TraceCodec.encode(try SampleTraces.golden) == SampleTraces.goldenBytes)
    }

    @Test func `the golden bytes are decoded field for field`() throws {
        #expect(try TraceCodec.decode(SampleTraces.goldenBytes) == SampleTraces.golden)
    }

    @Test func `the arena leaves no trace of an earlier batch`() throws {
        let large = SampleTraces.export(
            attributes: (0..<5000).map {
                Attribute("key.\($0)", .string(String(repeating: "x", count: $0 % 400)))
            })
        for _ in 0..<3 {
            #expect(try TraceCodec.decode(TraceCodec.encode(large)) == large)
            #expect(TraceCodec.encode(try SampleTraces.golden) == SampleTraces.goldenBytes)
        }
    }

    @Test func `the largest numbers everywhere still fit into the memory set aside`() throws {
        var span = Span(
            traceID: TraceID(high: .max, low: .max), spanID: SpanID(.max), parentSpanID: SpanID(.max),
            name: "n",
            kind: .consumer, startTimeUnixNano: .max, endTimeUnixNano: .max)
        span.attributes = (0..<1000).map { _ in Attribute("", .int(-1)) }
        span.events = (0..<300).map { _ in
            SpanEvent(timeUnixNano: .max, name: "", droppedAttributesCount: .max)
        }
        span.links = (0..<300).map { _ in
            Link(
                traceID: span.traceID, spanID: span.spanID, attributes: [Attribute("", .array([.int(.min)]))],
                droppedAttributesCount: .max, flags: .max)
        }
        (span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount) = (.max, .max, .max)
        span.flags = .max
        let export = [
            ResourceSpans(
                resource: Resource(),
                scopeSpans: [
                    ScopeSpans(
                        scope: InstrumentationScope(name: ""), spans: Array(repeating: span, count: 9))
                ])
        ]
        #expect(try TraceCodec.decode(TraceCodec.encode(export)) == export)
        let record = LogRecord(timeUnixNano: .max, severityNumber: .min, body: .int(.min))
        let logs = [
            ResourceLogs(
                resource: Resource(),
                scopeLogs: [
                    ScopeLogs(
                        scope: InstrumentationScope(name: ""), records: Array(repeating: record, count: 999))
                ])
        ]
        #expect(try LogCodec.decode(LogCodec.encode(logs)) == logs)
    }

    @Test func `many tasks may encode and decode at once`() async throws {
        let golden = try SampleTraces.golden
        let allEqual = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    let bytes = TraceCodec.encode(golden)
                    return try bytes == SampleTraces.goldenBytes && TraceCodec.decode(bytes) == golden
                }
            }
            return try await group.reduce(true) { $0 && $1 }
        }
        #expect(allEqual)
    }

    @Test func `an empty string stays a string`() throws {
        let bytes = TraceCodec.encode(SampleTraces.export(attributes: [Attribute("k", .string(""))]))
        #expect(bytes.firstRange(of: [0x12, 0x02, 0x0A, 0x00]) != nil)
        let none = TraceCodec.encode(SampleTraces.export(attributes: [Attribute("k", .empty)]))
        #expect(none.firstRange(of: [0x12, 0x02, 0x0A, 0x00]) == nil)
    }

    @Test(
        arguments: [
            .string(""), .string("a\u{0}b"), .string("żółw 🐢"), .bool(true), .int(.min), .int(.max),
            .double(-0.5),
            .bytes([]), .array([]), .array([.empty, .int(0), .array([.bool(false)])]), .map([]),
            .map([Attribute("", .map([Attribute("deep", .bytes([0]))]))]), .empty,
        ] as [AttributeValue])
    func `every kind of value comes back`(value: AttributeValue) throws {
        let export = SampleTraces.export(attributes: [Attribute("k", value)])
        #expect(try TraceCodec.decode(TraceCodec.encode(export)) == export)
    }

    @Test func `nothing to send is no bytes, and no bytes are nothing`() throws {
        #expect(TraceCodec.encode([]) == [])
        #expect(try TraceCodec.decode([]) == [])
    }

    @Test func `fields of tomorrow are skipped`() throws {
        let unknown =
            Wire.number(4000, 9) + Wire.bytes(4001, [1, 2, 3]) + Wire.varint(4002 << 3 | 1)
            + [UInt8](repeating: 0, count: 8) + Wire.varint(4003 << 3 | 5) + [0, 0, 0, 0]
        let known = Wire.traceID + Wire.spanID + Wire.bytes(5, Array("work".utf8))
        let plain = try TraceCodec.decode(Wire.export(span: known))
        let extended = try TraceCodec.decode(unknown + Wire.export(span: unknown + known + unknown) + unknown)
        #expect(plain == extended)
        #expect(plain.first?.scopeSpans.first?.spans.first?.name == "work")
    }

    @Test func `an unknown kind or status is not an error`() throws {
        let span = Wire.traceID + Wire.spanID + Wire.number(6, 77) + Wire.bytes(15, Wire.number(3, 77))
        let decoded = try TraceCodec.decode(Wire.export(span: span)).first?.scopeSpans.first?.spans.first
        #expect(decoded?.kind == .unspecified)
        #expect(decoded?.status == .unset)
    }

    @Test func `invalid UTF-8 is repaired`() throws {
        let span = Wire.traceID + Wire.spanID + Wire.bytes(5, [0x61, 0xFF, 0x62])
        let decoded = try TraceCodec.decode(Wire.export(span: span)).first?.scopeSpans.first?.spans.first
        #expect(decoded?.name == "a\u{FFFD}b")
    }

    @Test(arguments: [
        Wire.spanID,
        Wire.traceID,
        Wire.bytes(1, [UInt8](repeating: 0, count: 16)) + Wire.spanID,
        Wire.bytes(1, [1, 2, 3]) + Wire.spanID,
        Wire.traceID + Wire.bytes(2, [UInt8](repeating: 0, count: 8)),
        Wire.traceID + Wire.spanID + Wire.bytes(4, [1]),
        Wire.traceID + Wire.spanID + Wire.bytes(13, Wire.bytes(1, [1])),
    ])
    func `a bad span is counted and the good ones are kept`(bad: [UInt8]) throws {
        let good = Wire.traceID + Wire.spanID
        let bytes = Wire.export(span: bad) + Wire.export(span: good) + Wire.export(span: bad)
        let export = try TraceCodec.decodeExport(bytes)
        #expect(export.rejectedSpans == 2)
        #expect(export.rejectionReason != nil)
        #expect(export.resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans).count == 1)
        #expect(throws: OTLPError.self) { try TraceCodec.decode(bytes) }
    }

    @Test func `an all-zero parent means a root`() throws {
        let span = Wire.traceID + Wire.spanID + Wire.bytes(4, [UInt8](repeating: 0, count: 8))
        let decoded = try TraceCodec.decode(Wire.export(span: span)).first?.scopeSpans.first?.spans.first
        #expect(decoded?.parentSpanID == nil)
    }
}

@Suite struct ExportAnswerTests {
    @Test func `a partial success has its known bytes`() throws {
        let partial = PartialSuccess(rejectedSpans: 3, errorMessage: "too old")
        let bytes = SampleTraces.bytes(hex: "0a0b08031207746f6f206f6c64")
        #expect(TraceCodec.encodeResponse(partial) == bytes)
        #expect(try TraceCodec.decodeResponse(bytes) == partial)
    }

    @Test func `full success is empty, however it is written`() throws {
        #expect(TraceCodec.encodeResponse(nil) == [])
        #expect(try TraceCodec.decodeResponse([]) == nil)
        #expect(try TraceCodec.decodeResponse([0x0A, 0x00]) == nil)
    }

    @Test func `a refusal carries its message`() throws {
        let bytes = TraceCodec.encodeStatus(code: 3, message: "bad data")
        #expect(bytes == [0x08, 0x03, 0x12, 0x08] + Array("bad data".utf8))
        #expect(try TraceCodec.decodeStatusMessage(bytes + Wire.bytes(3, [1, 2])) == "bad data")
        #expect(throws: OTLPError.malformed) { try TraceCodec.decodeStatusMessage(Array("<html>".utf8)) }
    }
}
