import OTLP

/// The golden vector: written by hand from the field table and checked against the official schema.
enum SampleTraces {
    static let goldenHex = """
        0a86040a3a0a1a0a0c736572766963652e6e616d65120a0a087461736b2d6170690a1c0a13736572766963652e696e7374616e63652e6964
        12050a03692d3112c7030a130a0a746f646f2e7461736b731205312e302e301286030a100af7651916cd43dd8448eb211c80319c1208b7ad
        6b71692033311a076f743d74683a38220800f067aa0ba902b72a115041544348202f7461736b732f7b69647d30023900002a36fe9c971741
        404b7636fe9c97174a0c0a05612e73747212030a01784a0d0a07612e656d70747912020a004a0c0a06612e626f6f6c120210004a140a0561
        2e696e74120b18f9ffffffffffffffff014a120a05612e64626c12092100
        0000000000f83f4a150a05612e617272120c2a0a0a030a01700a030a01714a140a05612e6d6170120b32090a070a016b120218014a0f0a07
        612e627974657312043a0200ff50025a360940423936fe9c97171209657863657074696f6e1a200a0e657863657074696f6e2e7479706512
        0e0a0c5461736b4e6f74466f756e6460016a480a104bf92f3577b34da6a3ce929d0e0e4736120800f067aa0ba902b71a076f743d74683a38
        221c0a146d6573736167696e672e6d6573736167652e696412040a026131350103000070037a0d12096e6f7420666f756e64180285010303
        00001a2768747470733a2f2f6f70656e74656c656d657472792e696f2f736368656d61732f312e34342e30
        """
    static let goldenBytes = bytes(hex: goldenHex)

    static func bytes(hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    static var golden: [ResourceSpans] {
        get throws {
            let resource = Resource(attributes: [
                Attribute("service.name", .string("task-api")),
                Attribute("service.instance.id", .string("i-1")),
            ])
            let scope = InstrumentationScope(name: "todo.tasks", version: "1.0.0")
            return [
                ResourceSpans(
                    resource: resource,
                    scopeSpans: [
                        ScopeSpans(
                            scope: scope, spans: [try goldenSpan],
                            schemaURL: "https://opentelemetry.io/schemas/1.44.0")
                    ])
            ]
        }
    }

    private static let goldenAttributes = [
        Attribute("a.str", .string("x")),
        Attribute("a.empty", .string("")),
        Attribute("a.bool", .bool(false)),
        Attribute("a.int", .int(-7)),
        Attribute("a.dbl", .double(1.5)),
        Attribute("a.arr", .array([.string("p"), .string("q")])),
        Attribute("a.map", .map([Attribute("k", .int(1))])),
        Attribute("a.bytes", .bytes([0x00, 0xFF])),
    ]

    private static var goldenSpan: Span {
        get throws {
            var span = Span(
                traceID: try required(TraceID(hex: "0af7651916cd43dd8448eb211c80319c")),
                spanID: try required(SpanID(hex: "b7ad6b7169203331")),
                parentSpanID: try required(SpanID(hex: "00f067aa0ba902b7")),
                name: "PATCH /tasks/{id}", kind: .server,
                startTimeUnixNano: 1_700_000_000_000_000_000, endTimeUnixNano: 1_700_000_000_005_000_000)
            span.traceState = "ot=th:8"
            span.attributes = goldenAttributes
            span.droppedAttributesCount = 2
            span.events = [
                SpanEvent(
                    timeUnixNano: 1_700_000_000_001_000_000, name: "exception",
                    attributes: [Attribute("exception.type", .string("TaskNotFound"))])
            ]
            span.droppedEventsCount = 1
            span.links = [
                Link(
                    traceID: try required(TraceID(hex: "4bf92f3577b34da6a3ce929d0e0e4736")),
                    spanID: try required(SpanID(hex: "00f067aa0ba902b7")), traceState: "ot=th:8",
                    attributes: [Attribute("messaging.message.id", .string("a1"))], flags: 0x301)
            ]
            span.droppedLinksCount = 3
            span.status = .error
            span.statusMessage = "not found"
            span.flags = 0x303
            return span
        }
    }

    /// One span with the given attributes and nothing else of note.
    static func export(attributes: [Attribute] = [], links: [Link] = []) -> [ResourceSpans] {
        var span = Span(
            traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), name: "work", kind: .internal,
            startTimeUnixNano: 10, endTimeUnixNano: 20)
        span.attributes = attributes
        span.links = links
        return [
            ResourceSpans(
                resource: Resource(), scopeSpans: [ScopeSpans(scope: .init(name: "test"), spans: [span])])
        ]
    }

    struct Missing: Error {}

    static func required<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Missing() }
        return value
    }
}

/// Wire bytes by hand, for what no encoder of ours would write.
enum Wire {
    static func varint(_ value: UInt64) -> [UInt8] {
        var value = value
        var bytes: [UInt8] = []
        while value > 0x7F {
            bytes.append(UInt8(value & 0x7F) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }

    static func bytes(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(UInt64(content.count)) + content
    }

    static func number(_ number: UInt64, _ value: UInt64) -> [UInt8] {
        varint(number << 3) + varint(value)
    }

    /// An export request around one span's fields.
    static func export(span: [UInt8]) -> [UInt8] {
        bytes(1, bytes(2, bytes(2, span)))
    }

    static let traceID = bytes(1, [UInt8](repeating: 7, count: 16))
    static let spanID = bytes(2, [UInt8](repeating: 8, count: 8))
}
